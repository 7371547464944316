// The devices a network can run on, by the names of onnxruntime's execution providers; `-fp16`: with products of half floats.

import { z } from "zod";

/** In the order in which a device is chosen when none is named: the fastest first. Half floats are only taken where they are asked for. */
export const DEVICES = ["cuda", "cuda-fp16", "webgpu", "webgpu-fp16", "dml", "coreml", "cpu"] as const;

export const deviceName = z.enum(DEVICES);
export type DeviceName = z.output<typeof deviceName>;

/** `auto`: the first device of `DEVICES` that is present, is hardware and computes in float32. */
export const deviceChoice = z.enum(["auto", ...DEVICES]);
export type DeviceChoice = z.output<typeof deviceChoice>;

export type Provider = "cuda" | "webgpu" | "dml" | "coreml" | "cpu";

interface Computing {
  readonly provider: Provider;
  /** Of the products of a network. */
  readonly precision: "float32" | "float16";
}

const COMPUTING: { readonly [D in DeviceName]: Computing } = {
  cuda: { provider: "cuda", precision: "float32" },
  "cuda-fp16": { provider: "cuda", precision: "float16" },
  webgpu: { provider: "webgpu", precision: "float32" },
  "webgpu-fp16": { provider: "webgpu", precision: "float16" },
  dml: { provider: "dml", precision: "float32" },
  coreml: { provider: "coreml", precision: "float32" },
  cpu: { provider: "cpu", precision: "float32" },
};

export function providerOf(device: DeviceName): Provider {
  return COMPUTING[device].provider;
}

export function computesInHalf(device: DeviceName): boolean {
  return COMPUTING[device].precision === "float16";
}
