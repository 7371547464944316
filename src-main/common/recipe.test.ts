import { expect, test } from "vitest";
import { drawingRecipe } from "./drawing-recipe.ts";
import { pairsRecipe } from "./pairs-recipe.ts";
import { recipeSchemaOf } from "./recipe.ts";

test("a file with pairs, or one that learns a reward, is a recipe from pairs, and any other draws", () => {
  const reward = { kind: "reward lora", base: "clip" };
  for (const json of [{ pairs: "votes", learn: [reward] }, { pairs: 5 }, { learn: [{ kind: "lora" }, reward] }])
    expect(recipeSchemaOf(json)).toBe(pairsRecipe);
  for (const json of [
    { prompts: ["a"] },
    { prompts: ["a"], learn: [{ kind: "lora" }] },
    { learn: "reward lora" },
    [],
    null,
  ])
    expect(recipeSchemaOf(json)).toBe(drawingRecipe);
});
