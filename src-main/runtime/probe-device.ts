// A program of its own, since a driver that is broken may take its process along: multiplies a matrix by itself on one device and
// prints what came of it. Called by devices.ts with the device's name.

import { readdirSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { deviceName } from "../common/device.ts";
import { Refusal } from "../common/diagnostic.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import { createGraphSession } from "./graph-session.ts";

export const probeResult = z.object({
  /** Absent when it worked. */
  fault: z.string().optional(),
  /** The device files of a GPU that the driver holds open; known on Linux only. */
  gpuFiles: z.array(z.string()).optional(),
});
export type ProbeResult = z.output<typeof probeResult>;

if (import.meta.main) console.log(JSON.stringify(await probe(process.argv[2])));

async function probe(argument: string | undefined): Promise<ProbeResult> {
  const device = deviceName.parse(argument);
  try {
    const session = await createGraphSession(square(), { device, stage: "probe", allowCpuFallback: false });
    const { y } = await session.run({ x: { dtype: "float32", shape: [2, 2], data: Float32Array.of(1, 2, 0, 1) } });
    if (y?.data[1] !== 4) return { fault: `it computes 1 · 2 + 2 · 1 = ${y?.data[1]}` };
    const gpuFiles = process.platform === "linux" ? openGpuFiles() : undefined;
    await session.release();
    return { gpuFiles };
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.diagnostics.map(({ message }) => message).join("; ") };
    throw error;
  }
}

/** y = x·x for a matrix [2, 2], which a device in half precision computes so. */
function square(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2, 2]);
  b.output("y", b.matmul(x, x));
  return b.build();
}

function openGpuFiles(): string[] {
  const open = readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // The descriptor that listed the folder is closed by now.
      return [];
    }
  });
  return [...new Set(open)].filter((file) => /^\/dev\/(dri\/|nvidia|dxg|mali|kgsl)/.test(file));
}
