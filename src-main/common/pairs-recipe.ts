// A recipe from pairs: a reward learns which of two images people prefer. Nothing is drawn.

import { z } from "zod";
import { filePath } from "./path-name.ts";
import { begun, learnedSettings, newLora, recipeHead, recipeTraining } from "./recipe-training.ts";
import { headFeatures, headFormat, loraTowers, scoreScale } from "./reward-options.ts";

const pairsTable = z.strictObject(
  {
    /** The folder of the images and their table, or the table itself. */
    path: filePath,
    /** The share that is not learned from, by which the reward is judged. */
    heldBack: z.number().optional(),
    /** Of which these are. */
    seed: z.int().optional(),
  },
  { error: ({ code }) => (code === "invalid_type" ? NO_PAIRS : undefined) },
);
const NO_PAIRS = 'name the folder of the pairs that the reward is learned from, as a path or as {"path": …}';

export const rewardKind = z.enum(["reward head", "reward lora"]);
export type RewardKind = z.output<typeof rewardKind>;

/** The model that the reward looks through, which stays as it is. */
const base = { base: filePath };

const reward = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("reward head"),
    ...base,
    features: headFeatures.optional(),
    /** Numbers of a layer between embedding and score; absent or 0: none. */
    hidden: z.int().optional(),
    /** What a new one says of every image. */
    bias: z.number().optional(),
    format: headFormat.optional(),
    ...begun,
    ...learnedSettings,
  }),
  z.strictObject({
    kind: z.literal("reward lora"),
    ...base,
    score: scoreScale.optional(),
    towers: loraTowers.optional(),
    ...newLora,
    ...learnedSettings,
  }),
]);
export type LearnedReward = z.output<typeof reward>;

/** Ranges and defaults of what has none here are those of the nodes. */
export const pairsRecipe = z.strictObject({
  ...recipeHead,
  /** A path alone is enough. */
  pairs: z.preprocess(
    (given: string | z.input<typeof pairsTable>) => (typeof given === "string" ? { path: given } : given),
    pairsTable,
  ),
  learn: z.tuple([reward], 'one reward is learned from pairs, and nothing beside it: [{"kind": …, "base": …}]'),
  /** What the difference of two scores is multiplied by; absent: as the model learned. */
  scale: z.number().optional(),
  ...recipeTraining,
});
export type PairsRecipe = z.output<typeof pairsRecipe>;
export type PairsRecipeInput = z.input<typeof pairsRecipe>;
