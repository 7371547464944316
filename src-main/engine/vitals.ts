// What an engine process takes of the machine, as its supervisor hears it over a pipe of its own; that it is heard is its sign of life.

import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { z } from "zod";
import type { EngineVitals } from "../common/engine-vitals.ts";
import { gpuMemoryOf } from "./gpu-memory.ts";
import { VITALS_FD } from "./vitals-pipe.ts";

const sample = z.object({ cpuSeconds: z.number().nonnegative(), memoryMB: z.number().nonnegative() });
/** Asking the driver starts a program, so that it is done less often. */
const GPU_EVERY = 5;

export interface VitalsListeners {
  readonly onBeat: () => void;
  readonly onVitals?: ((vitals: EngineVitals) => void) | undefined;
}

export function followVitals(child: ChildProcess, { onBeat, onVitals }: VitalsListeners): void {
  const pipe = child.stdio[VITALS_FD];
  if (!(pipe instanceof Readable)) return;
  // A pipe that breaks has nothing left to tell.
  pipe.on("error", () => undefined);
  let before: { readonly cpuSeconds: number; readonly at: number } | null = null;
  let gpuMemoryMB: number | null = null;
  let heard = 0;
  createInterface({ input: pipe }).on("line", (line) => {
    onBeat();
    if (onVitals === undefined) return;
    const { cpuSeconds, memoryMB } = sample.parse(JSON.parse(line));
    const at = performance.now();
    const cores = before === null ? null : coresOf(cpuSeconds - before.cpuSeconds, (at - before.at) / 1000);
    before = { cpuSeconds, at };
    if (heard++ % GPU_EVERY === 0) {
      void gpuMemoryOf(child.pid ?? 0).then((found) => {
        gpuMemoryMB = found;
      });
    }
    if (cores !== null) onVitals({ cores, memoryMB, gpuMemoryMB });
  });
}

/** How many processor cores were busy. */
function coresOf(cpuSeconds: number, seconds: number): number {
  return seconds <= 0 ? 0 : Math.max(0, cpuSeconds / seconds);
}
