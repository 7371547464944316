// What to learn and how: the file that `reneg train` takes. One kind draws images and learns what raises their rewards; the other draws
// nothing and learns a reward, from pairs of images that people have compared.

import { z } from "zod";
import { type DrawingRecipe, drawingRecipe } from "./drawing-recipe.ts";
import { type PairsRecipe, pairsRecipe, rewardKind } from "./pairs-recipe.ts";

/** As read, with every default filled in. Only one from pairs has `pairs`. */
export type Recipe = DrawingRecipe | PairsRecipe;

/** Of the kind that a file means, so that what is wrong with it is told by the keys of this kind. */
export function recipeSchemaOf(json: unknown): typeof drawingRecipe | typeof pairsRecipe {
  const { data } = telling.safeParse(json);
  const isFromPairs = data !== undefined && (data.pairs !== undefined || data.learn.some(isReward));
  return isFromPairs ? pairsRecipe : drawingRecipe;
}

/** What tells the kinds apart; what is wrong with it, the schema of the kind says. */
const telling = z.object({ pairs: z.unknown().optional(), learn: z.array(z.unknown()).catch([]) });
const rewardItem = z.object({ kind: rewardKind });

function isReward(item: unknown): boolean {
  return rewardItem.safeParse(item).success;
}
