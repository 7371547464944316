// Which devices this machine has, and which one to take.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DEVICES, type DeviceChoice, type DeviceName } from "../common/device.ts";
import { refuse } from "../common/diagnostic.ts";
import type { DeviceReport } from "../common/doctor-report.ts";
import { probeDevice } from "./run-probe.ts";

/** `process`, or what a test puts in its place. */
interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Looks at every device, each in a process of its own; about a second, so ask once. */
export function surveyDevices(): Promise<DeviceReport[]> {
  return Promise.all(DEVICES.map((device) => surveyDevice(device, process)));
}

/** Turns what the user chose into a device that is there. */
export async function chooseDevice(choice: DeviceChoice): Promise<DeviceName> {
  if (choice === "cpu") return "cpu";
  if (choice === "auto") return firstAutomatic(await surveyDevices());
  const { available, why, how } = await surveyDevice(choice, process);
  if (available) return choice;
  return refuse({
    code: "device-missing",
    at: { option: "--device" },
    message: `the device ${choice} is not available: ${why}`,
    help: how ?? "choose one of those that this machine has",
    command: "`reneg doctor` lists them",
    action: "choose device",
  });
}

/** `DEVICES` is in order of preference, and the CPU is always there. */
export function firstAutomatic(reports: readonly DeviceReport[]): DeviceName {
  return reports.find(({ automatic }) => automatic)?.device ?? "cpu";
}

export async function surveyDevice(device: DeviceName, machine: Machine): Promise<DeviceReport> {
  if (device === "cpu") return { device, isPossible: true, available: true, automatic: true, why: "always there" };
  const absent = whyAbsent(device, machine);
  if (absent !== null) return { device, available: false, automatic: false, ...absent };
  const isPossible = true;
  const { fault, gpuFiles } = await probeDevice(device, machine.env);
  if (fault !== undefined)
    return { device, isPossible, available: false, automatic: false, why: fault, how: HOW[device] };
  if (gpuFiles === undefined)
    return { device, isPossible, available: true, automatic: true, why: "ran a test network" };
  if (gpuFiles.length === 0) {
    return {
      device,
      isPossible,
      available: true,
      automatic: false,
      why: "ran a test network, but on the CPU: the driver emulates a GPU",
      how: HOW[device],
    };
  }
  return { device, isPossible, available: true, automatic: true, why: `ran a test network on ${gpuFiles.join(", ")}` };
}

/** What can be told without trying: which devices the onnxruntime of this platform was built with. */
function whyAbsent(
  device: Exclude<DeviceName, "cpu">,
  machine: Machine,
): Pick<DeviceReport, "isPossible" | "why" | "how"> | null {
  const here = `${machine.platform} ${machine.arch}`;
  if (!BUILT_FOR[device].includes(here)) {
    return {
      isPossible: false,
      why: `onnxruntime has no ${device} on ${here}: it is there on ${BUILT_FOR[device].join(", ")}`,
    };
  }
  if (device === "cuda" && !existsSync(cudaLibrary(machine))) {
    return { isPossible: true, why: "onnxruntime's CUDA library is not installed", how: HOW.cuda };
  }
  return null;
}

/** What the npm package onnxruntime-node 1.30 carries, or can fetch, by platform. */
const BUILT_FOR: { readonly [D in Exclude<DeviceName, "cpu">]: readonly string[] } = {
  cuda: ["linux x64"],
  webgpu: ["linux x64", "win32 x64", "win32 arm64", "darwin arm64"],
  dml: ["win32 x64", "win32 arm64"],
  coreml: ["darwin arm64"],
};

const HOW: { readonly [D in Exclude<DeviceName, "cpu">]: string } = {
  cuda: "with an NVIDIA GPU, its driver, CUDA 12 and cuDNN 9 installed, run `npm run setup:cuda`",
  webgpu:
    "install the graphics driver of your GPU, on Linux with its Vulkan part (Debian: mesa-vulkan-drivers or nvidia-driver)",
  dml: "install the graphics driver of your GPU; it must know DirectX 12",
  coreml: "update macOS",
};

function cudaLibrary({ platform, arch }: Machine): string {
  const onnxruntime = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  return join(dirname(onnxruntime), "bin", "napi-v6", platform, arch, "libonnxruntime_providers_cuda.so");
}
