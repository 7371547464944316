// Which devices this machine has, and which one to take.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  computesInHalf,
  DEVICES,
  type DeviceChoice,
  type DeviceName,
  type Provider,
  providerOf,
} from "../common/device.ts";
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
  return survey(DEVICES);
}

function survey(devices: readonly DeviceName[]): Promise<DeviceReport[]> {
  return Promise.all(devices.map((device) => surveyDevice(device, process)));
}

/** Turns what the user chose into a device that is there. */
export async function chooseDevice(choice: DeviceChoice): Promise<DeviceName> {
  if (choice === "cpu") return "cpu";
  if (choice === "auto") return firstAutomatic(await survey(DEVICES.filter((device) => !computesInHalf(device))));
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
  const provider = providerOf(device);
  if (provider === "cpu") return { device, isPossible: true, available: true, automatic: true, why: "always there" };
  const absent = whyAbsent(provider, machine);
  if (absent !== null) return { device, available: false, automatic: false, ...absent };
  const isPossible = true;
  const automatic = !computesInHalf(device);
  const { fault, gpuFiles } = await probeDevice(device, machine.env);
  if (fault !== undefined) {
    const found =
      computesInHalf(device) && NO_HALF_FLOATS.test(fault) ? withoutHalf(provider) : { why: fault, how: HOW[provider] };
    return { device, isPossible, available: false, automatic: false, ...found };
  }
  if (gpuFiles === undefined) return { device, isPossible, available: true, automatic, why: "ran a test network" };
  if (gpuFiles.length === 0) {
    return {
      device,
      isPossible,
      available: true,
      automatic: false,
      why: "ran a test network, but on the CPU: the driver emulates a GPU",
      how: HOW[provider],
    };
  }
  return { device, isPossible, available: true, automatic, why: `ran a test network on ${gpuFiles.join(", ")}` };
}

// onnxruntime's WebGPU, of a shader.
const NO_HALF_FLOATS = /requires f16/;

function withoutHalf(provider: Provider): Pick<DeviceReport, "why" | "how"> {
  return {
    why: "its driver has no half floats in shaders (shader-f16)",
    how: `install a newer graphics driver, or take ${provider}, which computes in float32`,
  };
}

/** What can be told without trying: which devices the onnxruntime of this platform was built with. */
function whyAbsent(
  provider: Exclude<Provider, "cpu">,
  machine: Machine,
): Pick<DeviceReport, "isPossible" | "why" | "how"> | null {
  const here = `${machine.platform} ${machine.arch}`;
  if (!BUILT_FOR[provider].includes(here)) {
    return {
      isPossible: false,
      why: `onnxruntime has no ${provider} on ${here}: it is there on ${BUILT_FOR[provider].join(", ")}`,
    };
  }
  if (provider === "cuda" && !existsSync(cudaLibrary(machine))) {
    return { isPossible: true, why: "onnxruntime's CUDA library is not installed", how: HOW.cuda };
  }
  return null;
}

/** What the npm package onnxruntime-node 1.30 carries, or can fetch, by platform. */
const BUILT_FOR: { readonly [P in Exclude<Provider, "cpu">]: readonly string[] } = {
  cuda: ["linux x64"],
  webgpu: ["linux x64", "win32 x64", "win32 arm64", "darwin arm64"],
  dml: ["win32 x64", "win32 arm64"],
  coreml: ["darwin arm64"],
};

const HOW: { readonly [P in Exclude<Provider, "cpu">]: string } = {
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
