// One network, run once on tensors from a file: how anyone checks us against another program.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { pipelineOptions } from "./sampling.ts";

export const componentName = z.enum([
  "text_encoder",
  "unet",
  "vae_decoder",
  "vae_encoder",
  "reward",
  "controlnet",
  "unet3d",
  "motion",
]);
export type ComponentName = z.output<typeof componentName>;

export const networkInput = z.object({
  /** A pipeline's folder, or the component's own. */
  path: z.string(),
  component: componentName,
  /** For the component `motion`: the motion modules, where `path` gives the UNet. */
  motion: z.string().optional(),
  /** See `pipelineOptions`. */
  ema: pipelineOptions.ema,
  /** A safetensors file with the network's inputs, and a `cotangent.OUTPUT` for each output that has one. */
  inputs: z.string(),
  /** The safetensors file to write. */
  output: z.string(),
  /** Names of the inputs whose gradients to write as `gradient.INPUT`. */
  gradients: z.array(z.string()).default([]),
  device: deviceChoice.default("auto"),
});
export type NetworkInput = z.output<typeof networkInput>;

export const networkResult = z.object({
  outputs: z.array(z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.int().nonnegative()) })),
  device: deviceName,
  /** Of the run alone, without loading. */
  seconds: z.number(),
});
export type NetworkResult = z.output<typeof networkResult>;
