// A program of its own, since a driver that is broken may take its process along: adds a number to itself on one device and
// prints what came of it. Called by devices.ts with the device's name.

import { readdirSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { deviceName } from "../common/device.ts";
import { Refusal } from "../common/diagnostic.ts";
import { createSession } from "./session.ts";

export const probeResult = z.object({
  /** Absent when it worked. */
  fault: z.string().optional(),
  /** The device files of a GPU that the driver holds open; known on Linux only. */
  gpuFiles: z.array(z.string()).optional(),
});
export type ProbeResult = z.output<typeof probeResult>;

// y = x + x over float32[1], as ONNX protobuf.
const ADDITION = "CAg6OQoOCgF4CgF4EgF5IgNBZGQSBXByb2JlWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQEQ==";

if (import.meta.main) console.log(JSON.stringify(await probe(process.argv[2])));

async function probe(argument: string | undefined): Promise<ProbeResult> {
  const device = deviceName.parse(argument);
  try {
    const session = await createSession(Buffer.from(ADDITION, "base64"), {
      device,
      stage: "probe",
      allowCpuFallback: false,
    });
    const { y } = await session.run({ x: { dtype: "float32", shape: [1], data: Float32Array.of(3) } });
    if (y?.data[0] !== 6) return { fault: `it computes 3 + 3 = ${y?.data[0]}` };
    const gpuFiles = process.platform === "linux" ? openGpuFiles() : undefined;
    await session.release();
    return { gpuFiles };
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.diagnostics.map(({ message }) => message).join("; ") };
    throw error;
  }
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
