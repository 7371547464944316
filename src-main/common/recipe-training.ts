// What every recipe says of its training, whatever is learned from.

import { z } from "zod";
import { batchSize, LARGEST_STEP, seed, stepCount } from "./limits.ts";
import { filePath } from "./path-name.ts";
import { savedName } from "./program/saved-name.ts";
import { optimizerName } from "./program/update.ts";

export const RECIPE_FORMAT = "reneg-recipe";

/** What the file is. */
export const recipeHead = {
  format: z.literal(RECIPE_FORMAT).default(RECIPE_FORMAT),
  formatVersion: z.literal(1).default(1),
};

const optimizer = z.strictObject({
  name: optimizerName.default("adamw"),
  learningRate: z.number().positive().default(5e-3),
  /** Decoupled: w ← w − lr · decay · w, beside the optimizer's own step. */
  weightDecay: z.number().nonnegative().default(1e-2),
  schedule: z.enum(["cosine", "linear", "constant"]).default("cosine"),
  /** Steps over which the learning rate rises from 0. */
  warmup: z.int().nonnegative().max(LARGEST_STEP).default(0),
  /** Gradients longer than this are scaled down to it; absent: never. */
  clipNorm: z.number().positive().optional(),
});

export const recipeTraining = {
  steps: stepCount.default(100),
  /** Images, or pairs of them, per step, made `microBatch` at a time; their gradients add up, so only memory and speed depend on the latter. */
  batch: batchSize.default(8),
  microBatch: batchSize.default(4),
  seed: seed.default(0),
  optimizer: optimizer.prefault({}),
  /** Strength of the pull back to the start: adds λ/2 · ‖n − n₀‖² to the loss. */
  pull: z.number().nonnegative().default(0),
  /** Decay of the running mean that is saved instead of the last value; absent: none. */
  emaDecay: z.number().min(0).lt(1).optional(),
  /** The file in the run's folder that receives what is learned first, if that names none; absent: one that is called by its kind. */
  saveAs: savedName.optional(),
  checkpoints: z
    .strictObject({
      /** Steps between checkpoints. */
      every: stepCount.default(20),
      /** How many are kept, the newest. */
      keep: stepCount.default(3),
    })
    .prefault({}),
};
const training = z.strictObject(recipeTraining);
/** With every default filled in. */
export type RecipeTraining = z.output<typeof training>;

/** Of anything that is learned. */
export const learnedSettings = {
  /** The file in the run's folder that receives it. */
  saveAs: savedName.optional(),
  // In place of what the recipe's optimizer says for all that is learned.
  learningRate: z.number().positive().optional(),
  weightDecay: z.number().nonnegative().optional(),
};
export type LearnedSettings = z.output<z.ZodObject<typeof learnedSettings>>;

/** What a LoRA or a head begins as. */
export const begun = {
  /** Of the numbers that a new one begins with. */
  seed: z.int().optional(),
  /** The file of one of the same form to go on from. */
  start: filePath.optional(),
};

/** Of a LoRA of any network. */
export const newLora = {
  rank: z.int().optional(),
  /** What is learned counts alpha / rank times; absent: once. */
  alpha: z.number().optional(),
  /** Groups of layers, or patterns of their paths. */
  targets: z
    .array(z.string().regex(/^[^\s,]+$/, "one group of layers or one pattern each"))
    .min(1)
    .optional(),
  ...begun,
};
export type NewLora = z.output<z.ZodObject<typeof newLora>>;
