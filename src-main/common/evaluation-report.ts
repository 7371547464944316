// What a learned embedding is worth: `report.json` of a demo or an evaluation, and what the window shows of it.

import { z } from "zod";
import { deviceName } from "./device.ts";
import { schedulerName } from "./sampling.ts";

/** No negative and a handwritten one, without what was learned, and what was learned. */
export const CONDITIONS = ["null", "handcrafted", "learned"] as const;
export const conditionName = z.enum(CONDITIONS);
export type Condition = z.output<typeof conditionName>;

/** The rewards of one image. Images of the same prompt and seed form a pair. */
export const evaluationScore = z.object({
  condition: conditionName,
  prompt: z.string(),
  seed: z.int().nonnegative(),
  /** The reward that was climbed. */
  train: z.number(),
  /** The reward that was never trained against, the first if there are several. */
  heldOut: z.number(),
  /** The others, by their names. */
  others: z.record(z.string(), z.number()).optional(),
});
export type EvaluationScore = z.output<typeof evaluationScore>;

/** A mean, or a share, with its 95 % interval. Of a difference: below 0 what was learned is the lower one. */
export const interval = z.object({ mean: z.number(), low: z.number(), high: z.number() });
export type Interval = z.output<typeof interval>;

/** How the images were made, and what they were scored with. */
const evaluationSettings = z.object({
  /** The command that makes this report again. */
  command: z.string(),
  /** A pipeline's folder, or `emoji` for the embedded one. */
  pipeline: z.string(),
  rewards: z.object({ train: z.string(), heldOut: z.string() }),
  /** The handwritten negative. */
  handcrafted: z.string(),
  /** Of the sampler. */
  steps: z.int().positive(),
  guidance: z.number(),
  scheduler: schedulerName,
  device: deviceName,
  /** How it was learned, where that was part of the run. */
  learning: z
    .object({
      /** Kinds of what was learned; absent in reports of earlier versions. */
      parameters: z.array(z.string()).optional(),
      prompts: z.int().positive(),
      steps: z.int().nonnegative(),
      batch: z.int().positive(),
      optimizer: z.string(),
      learningRate: z.number(),
      seed: z.int().nonnegative(),
    })
    .optional(),
});

const means = z.object({ null: z.number(), handcrafted: z.number(), learned: z.number() });
/** A tie counts half. */
const shares = z.object({ vsNull: z.number().min(0).max(1), vsHandcrafted: z.number().min(0).max(1) });

/** One more held-out reward, on a scale of its own. */
const otherReward = z.object({
  name: z.string(),
  rewards: means,
  winRate: shares,
  intervals: z.object({ vsNull: interval, vsHandcrafted: interval }),
});
export type OtherReward = z.output<typeof otherReward>;

export const evaluationReport = z.object({
  format: z.literal("reneg-evaluation").default("reneg-evaluation"),
  formatVersion: z.literal(1).default(1),
  /** None of them was trained on. */
  prompts: z.array(z.string()).min(1),
  /** Each prompt is drawn once from each of these. */
  seeds: z.array(z.int().nonnegative()).min(1),
  /** Means over all prompts and seeds. */
  rewards: z.object({ train: means, heldOut: means }),
  /** Share of the pairs in which the learned embedding has the higher training reward. */
  winRate: shares,
  /** The same on the held-out reward. */
  heldOutWinRate: shares,
  /** Learned minus the other, by a paired bootstrap over prompts. */
  intervals: z.object({
    trainVsNull: interval,
    trainVsHandcrafted: interval,
    heldOutVsNull: interval,
    heldOutVsHandcrafted: interval,
  }),
  /** Where several rewards were held out, the second and further ones. */
  others: z.array(otherReward).optional(),
  /** Training reward of prompts that also got an embedding of their own: with the global one, and with their own. */
  perSample: z.array(z.object({ prompt: z.string(), global: z.number(), perSample: z.number() })).optional(),
  settings: evaluationSettings,
  /** Of the whole run, learning included. */
  seconds: z.number().nonnegative(),
  /** Largest resident memory of the engine, in 2²⁰ bytes. */
  peakMemoryMB: z.number().nonnegative(),
  scores: z.array(evaluationScore),
});
export type EvaluationReport = z.output<typeof evaluationReport>;
