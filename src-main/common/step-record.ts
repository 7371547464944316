// One step of training as a file, with which anyone can check what is computed.

import { z } from "zod";
import { cutChoice, memoryBound } from "./cut-choice.ts";
import { deviceChoice, deviceName } from "./device.ts";
import { LARGEST_STEP } from "./limits.ts";

export const stepInput = z.object({
  /** A workflow, a recipe, a run's program, or a run's folder. */
  file: z.string(),
  /** Counted from 0. */
  step: z.int().nonnegative().max(LARGEST_STEP),
  /** The safetensors file that is written. */
  output: z.string(),
  device: deviceChoice.default("auto"),
  cuts: cutChoice.default("auto"),
  memory: memoryBound.optional(),
});

export const stepResult = z.object({
  output: z.string(),
  step: z.int().nonnegative(),
  tensors: z.array(z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.int()) })),
  prompts: z.array(z.string()),
  device: deviceName,
  seconds: z.number(),
});
export type StepResult = z.output<typeof stepResult>;
