// What changes parameters: an optimizer with its objective.

import { z } from "zod";
import { batchSize, LARGEST_STEP, seed, stepCount } from "../limits.ts";

export const optimizerName = z.enum(["adamw", "sgd", "momentum", "adagrad", "rmsprop", "adamax"]);
export type OptimizerName = z.output<typeof optimizerName>;

export const updateSettings = z.strictObject({
  steps: stepCount.default(100),
  /** Images per step, made `microBatch` at a time; their gradients add up, so only memory and speed depend on the latter. */
  batch: batchSize.default(8),
  microBatch: batchSize.default(4),
  /** Of prompts, noise, and the steps whose gradients are taken. */
  seed: seed.default(0),
  optimizer: optimizerName.default("adamw"),
  learningRate: z.number().positive().default(5e-3),
  schedule: z.enum(["cosine", "linear", "constant"]).default("cosine"),
  /** Steps over which the learning rate rises from 0. */
  warmup: z.int().nonnegative().max(LARGEST_STEP).default(0),
  /** Decoupled: w ← w − lr · decay · w, beside the optimizer's own step. */
  weightDecay: z.number().nonnegative().default(1e-2),
  /** Gradients longer than this are scaled down to it; absent: never. */
  clipNorm: z.number().positive().optional(),
  /** λ of λ/2 · ‖p − p₀‖², which pulls a parameter back to its start. */
  proximalWeight: z.number().nonnegative().default(0),
  /** Decay of the running mean that is saved instead of the last value; absent: none. */
  emaDecay: z.number().min(0).lt(1).optional(),
});
export type UpdateSettings = z.output<typeof updateSettings>;

/** Images that go through the networks at once. */
export function imagesAtOnce({ batch, microBatch }: Pick<UpdateSettings, "batch" | "microBatch">): number {
  return Math.min(microBatch, batch);
}

export const update = z.strictObject({
  /** The score whose mean over the images is maximized. */
  objective: z.string(),
  /** Calls that are parameters. */
  parameters: z.array(z.string()).min(1),
  /** Of each of them, what the learning rate is multiplied by; absent: 1. */
  rates: z.array(z.number().positive().max(1e6)).exactOptional(),
  /** Of each of them, what is in place of the settings' weight decay; absent: nothing. */
  weightDecays: z.array(z.number().nonnegative()).exactOptional(),
  /** Scores of the same images that are told and never maximized, by name. */
  heldOut: z.array(z.string()).default([]),
  settings: updateSettings,
});
export type Update = z.output<typeof update>;
