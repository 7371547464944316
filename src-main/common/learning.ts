// Learning a negative embedding, and the demo that shows what it is worth.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";

export const trainInput = z.object({
  /** The recipe's file. */
  recipe: z.string(),
  /** The run's folder; absent: one in `runs/` named after the recipe. */
  out: z.string().optional(),
  /** A run's folder to go on with. */
  resume: z.string().optional(),
  device: deviceChoice.default("auto"),
});
export type TrainInput = z.output<typeof trainInput>;

export const trainResult = z.object({
  /** The run's folder. */
  run: z.string(),
  /** The learned embedding, of the last step that was saved. */
  embedding: z.string(),
  steps: z.int().nonnegative(),
  /** Whether it ended before its last step because it was asked to; `resume` goes on with it. */
  stopped: z.boolean(),
  reward: z.object({ first: z.number(), last: z.number() }),
  device: deviceName,
  seconds: z.number(),
});
export type TrainResult = z.output<typeof trainResult>;

export const demoInput = z.object({
  out: z.string().default("runs/demo"),
  /** How many prompts also get an embedding of their own. */
  perSample: z.int().nonnegative().default(0),
  seed: z.int().nonnegative().default(0),
  device: deviceChoice.default("auto"),
});
export type DemoInput = z.output<typeof demoInput>;

/** Means over all prompts and seeds, by what stood on the negative side. */
const rewardMeans = z.object({ null: z.number(), handcrafted: z.number(), learned: z.number() });
/** Mean difference of paired images with its bootstrap interval. */
const difference = z.object({ mean: z.number(), low: z.number(), high: z.number() });

export const demoResult = z.object({
  prompts: z.int().positive(),
  seeds: z.array(z.int().nonnegative()),
  rewards: z.object({ train: rewardMeans, heldOut: rewardMeans }),
  /** Share of the pairs in which the learned embedding has the higher training reward. */
  winRate: z.object({ vsNull: z.number(), vsHandcrafted: z.number() }),
  heldOutDifference: difference,
  perSample: z.array(z.object({ prompt: z.string(), global: z.number(), perSample: z.number() })).optional(),
  seconds: z.number(),
  peakMemoryMB: z.number(),
  device: deviceName,
  files: z.array(z.string()),
});
export type DemoResult = z.output<typeof demoResult>;
