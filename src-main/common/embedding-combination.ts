// Making one embedding of several, of a text, or of a part of one, in any of the formats that other programs read.

import { z } from "zod";
import { deviceChoice } from "./device.ts";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { pipelineOptions } from "./sampling.ts";

/** Weights are relative: each part counts by its share of their sum. */
const weight = z.number().positive().default(1);

export const combinationPart = z.union([
  z.object({ file: z.string(), weight }),
  /** Goes through the text encoder of the pipeline. */
  z.object({ text: z.string(), weight }),
]);
export type CombinationPart = z.output<typeof combinationPart>;

/** result = start + strength · (average of the parts − start), where start is what the parts were learned from. */
export const combineInput = z.object({
  parts: z.array(combinationPart).min(1),
  strength: z.number().default(1),
  /** Needed for texts, word vectors, and a strength other than 1; otherwise only to check that the parts fit it. */
  pipeline: z.string().optional(),
  tokenizer: pipelineOptions.tokenizer,
  /** `.safetensors`, `.bin`, `.pt` or `.npy`. */
  out: z.string(),
  device: deviceChoice.default("auto"),
});
export type CombineInput = z.output<typeof combineInput>;

export const combineResult = z.object({
  /** Absolute. */
  file: z.string(),
  tokens: z.int().positive(),
  width: z.int().positive(),
  warnings: z.array(diagnosticSchema),
});
export type CombineResult = z.output<typeof combineResult>;

/** Textual inversions, their word vectors one behind the other. */
export const concatInput = z.object({
  files: z.array(z.string()).min(2),
  /** Of the word that stands for all of them. */
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "a name is made of letters, digits, - . and _"),
  /** A `.safetensors` file. */
  out: z.string().regex(/\.safetensors$/i, "a textual inversion is written as .safetensors"),
});

export const concatResult = z.object({
  /** Absolute. */
  file: z.string(),
  vectors: z.int().positive(),
  /** Of each text encoder that they are for. */
  widths: z.array(z.int().positive()).min(1),
});
export type ConcatResult = z.output<typeof concatResult>;
