// The devices a network can run on, by the names of onnxruntime's execution providers.

import { z } from "zod";

/** In the order in which a device is chosen when none is named: the fastest first. */
export const DEVICES = ["cuda", "webgpu", "dml", "coreml", "cpu"] as const;

export const deviceName = z.enum(DEVICES);
export type DeviceName = z.output<typeof deviceName>;

/** `auto`: the first device of `DEVICES` that is present and is hardware. */
export const deviceChoice = z.enum(["auto", ...DEVICES]);
export type DeviceChoice = z.output<typeof deviceChoice>;
