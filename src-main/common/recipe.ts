// What to learn and how: the file that `reneg train` takes. One kind draws images and learns what raises their rewards; the other draws
// nothing and learns a reward, from pairs of images that people have compared.

import { z } from "zod";
import { type DrawingRecipe, drawingRecipe } from "./drawing-recipe.ts";
import { type PairsRecipe, pairsRecipe, rewardKind } from "./pairs-recipe.ts";
import { RECIPE_FORMAT } from "./recipe-training.ts";

/** As read, with every default filled in. */
export type Recipe = DrawingRecipe | PairsRecipe;

/** Tells the kinds apart once they are read. */
export function isFromPairs(recipe: Recipe): recipe is PairsRecipe {
  return "pairs" in recipe;
}

interface RecipeKind {
  readonly schema: typeof drawingRecipe | typeof pairsRecipe;
  readonly isMeant: (told: Told) => boolean;
  /** The way out of what is wrong with one. */
  readonly help: string;
  /** In its place, where a key of the file is none of the kind. */
  readonly helpOfKeys?: string;
}

const DRAWING: RecipeKind = {
  schema: drawingRecipe,
  isMeant: ({ prompts, format }) => prompts !== undefined || format === RECIPE_FORMAT,
  help: "see docs/recipe.md for every key, its range and its default",
};

const PAIRS_HELP = "see “A reward from pairs” in docs/recipe.md for every key, its range and its default";

const FROM_PAIRS: RecipeKind = {
  schema: pairsRecipe,
  // `reneg score --pairs --json` tells of a list of pairs.
  isMeant: ({ pairs, learn, format }) =>
    learn.some(isReward) || (pairs !== undefined && (format === RECIPE_FORMAT || !Array.isArray(pairs))),
  help: PAIRS_HELP,
  helpOfKeys: `a recipe that learns a reward draws nothing: ${PAIRS_HELP}`,
};

/** Whether a file says that it is one, or has what only recipes have. */
export function isRecipe(json: unknown): boolean {
  return meantBy(json) !== undefined;
}

/** That of a recipe, by whose keys is told what is wrong with it. Where a file does not tell, it should draw. */
export function recipeKindOf(json: unknown): RecipeKind {
  return meantBy(json) ?? DRAWING;
}

function meantBy(json: unknown): RecipeKind | undefined {
  const { data } = telling.safeParse(json);
  return data && [FROM_PAIRS, DRAWING].find(({ isMeant }) => isMeant(data));
}

/** What tells the kinds apart; what is wrong with it, the schema of the kind says. */
const telling = z.object({
  format: z.unknown().optional(),
  pairs: z.unknown().optional(),
  prompts: z.unknown().optional(),
  learn: z.array(z.unknown()).catch([]),
});
type Told = z.output<typeof telling>;

const rewardItem = z.object({ kind: rewardKind });

function isReward(item: unknown): boolean {
  return rewardItem.safeParse(item).success;
}
