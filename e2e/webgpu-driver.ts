// Finds a Vulkan driver for the WebGPU device: that of the machine's GPU, or else SwiftShader, which runs on the CPU and comes
// with Debian's chromium.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

export interface WebgpuDriver {
  readonly name: string;
  /** The environment in which a process finds the driver. */
  readonly env: NodeJS.ProcessEnv;
}

export const NO_WEBGPU_DRIVER =
  "no WebGPU driver: install a GPU's Vulkan driver, or SwiftShader with `apt-get install --no-install-recommends chromium`, " +
  "or set RENEG_WITHOUT_WEBGPU=1 to leave WebGPU out";

/** Of drivers on the CPU, Mesa's lavapipe can from version 24 on. */
export const NO_HALF_FLOATS =
  "no WebGPU driver here has half floats in shaders: install a GPU's Vulkan driver, or mesa-vulkan-drivers 24 or later (Debian 12: from backports)";

/** Set by who knows that WebGPU goes untested. */
export const withoutWebgpu = process.env["RENEG_WITHOUT_WEBGPU"] === "1";

/** The first driver on which a network of one operator runs; about a second. */
export async function findWebgpuDriver(device: "webgpu" | "webgpu-fp16" = "webgpu"): Promise<WebgpuDriver | null> {
  for (const driver of [{ name: "the GPU's driver", env: process.env }, ...swiftShader()]) {
    if (await runsNetwork(driver, device)) return driver;
  }
  return null;
}

const CHROMIUM = "/usr/lib/chromium";

function swiftShader(): WebgpuDriver[] {
  const manifest = join(CHROMIUM, "vk_swiftshader_icd.json");
  if (!existsSync(manifest)) return [];
  // SwiftShader warns without a folder for its sockets.
  const XDG_RUNTIME_DIR = process.env["XDG_RUNTIME_DIR"] ?? mkdtempSync(join(tmpdir(), "reneg-"));
  const env = { ...process.env, LD_LIBRARY_PATH: CHROMIUM, VK_ICD_FILENAMES: manifest, XDG_RUNTIME_DIR };
  return [{ name: "SwiftShader", env }];
}

/** Runs a program of the runtime in a process of its own, and gives its lines. */
export async function runInDriver(
  { env }: WebgpuDriver,
  program: string,
  ...args: readonly string[]
): Promise<{ readonly code: number | string; readonly lines: readonly string[]; readonly stderr: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", program), ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, lines: stdout.split("\n").filter((line) => line !== ""), stderr };
}

async function runsNetwork(driver: WebgpuDriver, device: string): Promise<boolean> {
  const { code, lines } = await runInDriver(driver, "src-main/runtime/probe-device.ts", device);
  const [line] = lines;
  return code === 0 && line !== undefined && !("fault" in JSON.parse(line));
}
