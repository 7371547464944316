// Making one LoRA of several, which does what they do together.

import { z } from "zod";
import { pipelineOptions } from "./sampling.ts";

export const loraNaming = z.enum(["kohya", "diffusers"]);

export const mergeLorasInput = z.object({
  /** W + Σ strength · (what each adds to W). */
  parts: z.array(z.object({ file: z.string(), strength: z.number().default(1) })).min(1),
  /** That they were made for: its layers tell what the names in the files mean. */
  pipeline: z.string(),
  base: pipelineOptions.base,
  /** Of the tensors in the file that is written. */
  naming: loraNaming.default("kohya"),
  /** A `.safetensors` file. */
  out: z.string(),
});

export const mergeLorasResult = z.object({
  /** Absolute. */
  file: z.string(),
  layers: z.int().positive(),
  /** Of the layer with the highest. */
  rank: z.int().positive(),
});
export type MergeLorasResult = z.output<typeof mergeLorasResult>;
