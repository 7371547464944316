import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { computesInHalf, DEVICES } from "../common/device.ts";
import { Refusal } from "../common/diagnostic.ts";
import type { DeviceReport } from "../common/doctor-report.ts";
import { chooseDevice, firstAutomatic, surveyDevice, surveyDevices } from "./devices.ts";
import { probeDevice } from "./run-probe.ts";

test("every device is reported once, and the CPU is always there", async () => {
  const reports = await surveyDevices();
  expect(reports.map(({ device }) => device)).toEqual(DEVICES);
  expect(reports.at(-1)).toEqual({
    device: "cpu",
    isPossible: true,
    available: true,
    automatic: true,
    why: "always there",
  });
});

test("a device that onnxruntime was not built with is reported with the platforms it is there on", async () => {
  expect(await surveyDevice("dml", { platform: "linux", arch: "x64", env: {} })).toEqual({
    device: "dml",
    isPossible: false,
    available: false,
    automatic: false,
    why: "onnxruntime has no dml on linux x64: it is there on win32 x64, win32 arm64",
  });
});

test("the fastest hardware is chosen, and an emulated GPU is not", () => {
  const report = (device: DeviceReport["device"], available: boolean, automatic: boolean): DeviceReport => ({
    device,
    isPossible: true,
    available,
    automatic,
    why: "",
  });
  const [cuda, gpu, emulated] = [
    report("cuda", true, true),
    report("webgpu", true, true),
    report("webgpu", true, false),
  ];
  const cpu = report("cpu", true, true);
  expect(firstAutomatic([cuda, gpu, cpu])).toBe("cuda");
  expect(firstAutomatic([report("cuda", false, false), gpu, cpu])).toBe("webgpu");
  expect(firstAutomatic([emulated, cpu])).toBe("cpu");
});

test("half precision is only taken where it is asked for", async () => {
  const reports = await surveyDevices();
  const half = reports.filter(({ device }) => computesInHalf(device));
  expect(half.map(({ device }) => device)).toEqual(["cuda-fp16", "webgpu-fp16"]);
  expect(half.filter(({ automatic }) => automatic)).toEqual([]);
});

test("a device that was asked for and is missing is refused with the reason and the way out", async () => {
  const missing = process.platform === "linux" ? "coreml" : "cuda";
  const error = await chooseDevice(missing).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Refusal);
  expect(String(error)).toContain(`the device ${missing} is not available`);
});

test("a probe that fails tells what the driver said", async () => {
  const { fault } = await probeDevice("webgpu", { ...process.env, VK_ICD_FILENAMES: "/nowhere" });
  expect(fault).toMatch(/^the network cannot be prepared for the device webgpu: /);
});

// Debian's package chromium brings a GPU that is emulated on the CPU.
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
test("SwiftShader can be used in float32 alone, and is not chosen by itself", async ({ skip }) => {
  skip(!existsSync(SWIFTSHADER), "SwiftShader is not installed: it comes with chromium");
  const env = { LD_LIBRARY_PATH: "/usr/lib/chromium", VK_ICD_FILENAMES: SWIFTSHADER, XDG_RUNTIME_DIR: tmpdir() };
  const report = await surveyDevice("webgpu", { platform: process.platform, arch: process.arch, env });
  expect(report).toMatchObject({ available: true, automatic: false, why: expect.stringContaining("emulates") });
  const half = await surveyDevice("webgpu-fp16", { platform: process.platform, arch: process.arch, env });
  expect(half).toMatchObject({ available: false, why: expect.stringContaining("no half floats") });
});
