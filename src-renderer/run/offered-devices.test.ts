import { expect, it } from "vitest";
import type { DeviceReport } from "../../src-main/common/doctor-report.ts";
import { offeredDevices } from "./offered-devices.ts";

const report = (device: DeviceReport["device"], isPossible: boolean, available: boolean): DeviceReport => ({
  device,
  isPossible,
  available,
  automatic: available,
  why: "",
});
const linux = [
  report("cuda", true, false),
  report("webgpu", true, true),
  report("dml", false, false),
  report("coreml", false, false),
  report("cpu", true, true),
];

it("what this system cannot have is not offered, and what it lacks is offered as absent", () => {
  expect(offeredDevices(linux, "auto")).toEqual([
    { device: "auto", isAvailable: true },
    { device: "cuda", isAvailable: false },
    { device: "webgpu", isAvailable: true },
    { device: "cpu", isAvailable: true },
  ]);
});

it("a choice that came from another system stays in sight, as absent", () => {
  expect(offeredDevices(linux, "coreml")).toContainEqual({ device: "coreml", isAvailable: false });
});

it("until devices are known, only what is surely there and what was chosen is offered", () => {
  expect(offeredDevices(null, "cuda").map(({ device }) => device)).toEqual(["auto", "cuda", "cpu"]);
});
