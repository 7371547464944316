// Tries a device in a child process, and reports also what killed it.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DeviceName } from "../common/device.ts";
import { probeResult, type ProbeResult } from "./probe-device.ts";

const PROGRAM = fileURLToPath(new URL("./probe-device.ts", import.meta.url));

/** A first start compiles shaders, on some drivers for many seconds. */
const TIMEOUT_MS = 30_000;

/** Never rejects for what the device does: a crash is a result, too. @param env of the child, e.g. to name a Vulkan driver. */
export function probeDevice(device: DeviceName, env: NodeJS.ProcessEnv = process.env): Promise<ProbeResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, device], { timeout: TIMEOUT_MS, env }, (error, stdout, stderr) => {
      if (error === null) return resolve(probeResult.parse(JSON.parse(stdout)));
      const end =
        error.killed === true ? `no answer in ${TIMEOUT_MS / 1000} s` : `${error.signal ?? `exit code ${error.code}`}`;
      const lastLine = stderr.trim().split("\n").at(-1) ?? "";
      resolve({ fault: `a test network took its process down (${end}) ${lastLine}`.trim() });
    });
  });
}
