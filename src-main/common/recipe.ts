// What to learn and how: the file that `reneg train` takes.

import type { DrawingRecipe } from "./drawing-recipe.ts";

/** As read, with every default filled in. */
export type Recipe = DrawingRecipe;
