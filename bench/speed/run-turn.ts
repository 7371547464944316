// One turn: a process of its own that opens a case and measures it, so that its memory is its own and nothing is warm but the disk.

import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { allocatorEnvironment } from "../../src-main/runtime/allocator-environment.ts";
import { watchUse } from "../full-size/watch-use.ts";
import { type Answer, answer, type Job } from "./job.ts";
import type { Side } from "./results.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** @throws Error with what the process said last, if it fails */
export async function runTurn(side: Side, job: Omit<Job, "started">, peer: string | null): Promise<Answer> {
  if (side === "peer" && peer === null) throw new Error("there is no peer");
  const [program, file] =
    side === "peer" && peer !== null ? [peer, here("peer/peer.py")] : [process.execPath, here("ours/worker.ts")];
  // PyTorch asks the same allocator, and gains by memory that is kept, too.
  const allocator = side === "ours" || job.memory === undefined ? allocatorEnvironment(job.memory) : {};
  const child = spawn(program, [file, JSON.stringify({ ...job, started: Date.now() })], {
    env: { ...allocator, ...process.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const used = watchUse(child);
  const [said, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${program} ended with ${code ?? child.signalCode}\n${complaints.slice(-3000)}`);
  const told = answer.parse(JSON.parse(said));
  // Where the system tells nothing of a process's pages, what the process itself found is all that is known.
  return { ...told, peak: (await used).total || told.peak };
}

const LOOK_MS = 500;

/** Share of all cores that is at work while this process waits. */
export async function measureBusy(): Promise<number> {
  const before = coreTimes();
  await sleep(LOOK_MS);
  const after = coreTimes();
  return 1 - (after.idle - before.idle) / Math.max(1, after.all - before.all);
}

/** Milliseconds since the system started, over all cores. */
function coreTimes(): { idle: number; all: number } {
  const times = cpus().map((core) => core.times);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return { idle: sum(times.map(({ idle }) => idle)), all: sum(times.flatMap((time) => Object.values(time))) };
}
