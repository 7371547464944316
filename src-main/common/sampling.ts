// Drawing images, and scoring them.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { strength } from "./embedding-strength.ts";
import { imageCount, seed } from "./limits.ts";
import { filePath } from "./path-name.ts";
import { rewardOptions } from "./reward-options.ts";
import { textReadingOptions } from "./text-reading.ts";

export const schedulerName = z.enum(["ddim", "dpm++", "euler"]);
export type SchedulerName = z.output<typeof schedulerName>;

/**
 * Every how many sampling steps the whole network runs; in between its last layer goes on from the deep features that were kept
 * (DeepCache, Ma et al. 2024, arXiv 2312.00858). 1: at every one.
 */
export const cacheInterval = z.int().min(1).max(100);

/** What a UNet makes of a noisy latent: the noise (epsilon), or the velocity (v) between noise and picture. */
export const predictionName = z.enum(["epsilon", "v"]);
export type Prediction = z.output<typeof predictionName>;

/** What a user may add to a pipeline, or know better than its files. */
export const pipelineOptions = {
  /** The folder of a CLIP tokenizer; absent: the pipeline's own, or that of CLIP. */
  tokenizer: filePath.optional(),
  /** A text encoder in place of its own: the folder of one, as transformers saves it, or a model, folder or single file, that holds one. */
  textEncoder: filePath.optional(),
  /** Absent: as the scheduler's config says, or what a trial of the UNet tells. */
  prediction: predictionName.optional(),
  /** A model that lends what this one lacks: text encoder, tokenizer, autoencoder. A folder or a single file, whole or that part alone. */
  base: filePath.optional(),
  /** Of two sets of weights of one UNet, the running means of its training (EMA), or not them. Absent: those under the usual names. */
  ema: z.boolean().optional(),
};

/** What pulls the other way in guidance: a text, a learned embedding, or nothing (the empty text). */
export const negative = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({ kind: z.literal("embedding"), file: filePath, strength: strength.exactOptional() }),
]);
export type Negative = z.output<typeof negative>;

export const sampleInput = z.object({
  pipeline: z.string(),
  ...pipelineOptions,
  ...textReadingOptions,
  prompts: z.array(z.string()).min(1),
  negative: negative.default({ kind: "none" }),
  steps: z.int().min(1).max(1000).default(30),
  /** Absent: what the model itself says of how it is best used, or 7.5. */
  guidance: z.number().min(1).optional(),
  seed: seed.default(0),
  scheduler: schedulerName.default("ddim"),
  cacheInterval: cacheInterval.default(1),
  /** Images per prompt; image i is drawn from `seed + i`. */
  count: imageCount.default(1),
  /** A `.png` file for one image, otherwise a folder. */
  out: z.string(),
  device: deviceChoice.default("auto"),
});
export type SampleInput = z.output<typeof sampleInput>;

export const sampleResult = z.object({
  images: z.array(z.object({ file: z.string(), prompt: z.string(), seed: z.int().nonnegative() })),
  device: deviceName,
  seconds: z.number(),
});
export type SampleResult = z.output<typeof sampleResult>;

export const scoreInput = z.object({
  /** A reward's folder or file, or `preference` or `held-out` for those that come with the program. */
  reward: z.string(),
  ...rewardOptions,
  prompt: z.string(),
  images: z.array(z.string()).min(1),
  device: deviceChoice.default("auto"),
});

export const scoreResult = z.object({
  scores: z.array(z.object({ image: z.string(), score: z.number() })),
  /** The reward's name, and what it is. */
  reward: z.string(),
  kind: z.string(),
  device: deviceName,
});
export type ScoreResult = z.output<typeof scoreResult>;
