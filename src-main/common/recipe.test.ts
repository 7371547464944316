import { expect, test } from "vitest";
import { drawingRecipe } from "./drawing-recipe.ts";
import { pairsRecipe } from "./pairs-recipe.ts";
import { isRecipe, recipeKindOf } from "./recipe.ts";

const REWARD = { kind: "reward lora", base: "clip" };

test("a file with pairs, or one that learns a reward, is a recipe from pairs", () => {
  for (const json of [
    { pairs: "votes", learn: [REWARD] },
    { pairs: 5 },
    { pairs: "votes", prompts: ["a"] },
    { learn: [{ kind: "lora" }, REWARD] },
    { format: "reneg-recipe", pairs: ["votes"] },
  ]) {
    expect(recipeKindOf(json).schema).toBe(pairsRecipe);
    expect(isRecipe(json)).toBe(true);
  }
});

test("one with prompts, or one that says no more than that it is a recipe, draws", () => {
  for (const json of [
    { prompts: ["a"] },
    { prompts: ["a"], learn: [{ kind: "lora" }] },
    { format: "reneg-recipe" },
    { format: "reneg-recipe", learn: "reward lora" },
  ]) {
    expect(recipeKindOf(json).schema).toBe(drawingRecipe);
    expect(isRecipe(json)).toBe(true);
  }
});

test("what is none should draw: lists of pairs, as scores of them are told, too", () => {
  for (const json of [
    { pairs: [{ row: 1 }], reward: "taste" },
    { learn: "reward lora" },
    { format: "other" },
    [],
    null,
  ]) {
    expect(recipeKindOf(json).schema).toBe(drawingRecipe);
    expect(isRecipe(json)).toBe(false);
  }
});
