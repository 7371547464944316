// What a recipe learns, and what from.

import type { DrawingRecipe } from "../../common/drawing-recipe.ts";
import type { PairsRecipe } from "../../common/pairs-recipe.ts";
import { isFromPairs, type Recipe } from "../../common/recipe.ts";
import { parseRecipe } from "../recipe-program.ts";
import { type Description, type Fact, fact } from "./kind.ts";

export function describeRecipe(json: unknown, file: string): Description {
  const recipe = parseRecipe(json, file);
  return { facts: isFromPairs(recipe) ? pairsFacts(recipe) : drawingFacts(recipe) };
}

export function drawingFacts(recipe: DrawingRecipe): Fact[] {
  const { pipeline, rewards, prompts, sampler } = recipe;
  return [
    fact("pipeline", pipeline),
    ...(rewards === undefined ? [] : [fact("rewards", rewards.map(({ path }) => path).join(", "))]),
    fact("prompts", Array.isArray(prompts) ? prompts.length : prompts.file),
    fact("learning", learningOf(recipe, "images")),
    fact("sampling", `${sampler.scheduler}, ${sampler.steps} steps, guidance ${sampler.guidance}`),
    fact("seed", recipe.seed),
  ];
}

function pairsFacts(recipe: PairsRecipe): Fact[] {
  const { pairs, learn, seed } = recipe;
  const [{ kind, base }] = learn;
  return [
    fact("pairs", pairs.path),
    fact("reward", `${kind} over ${base}`),
    fact("learning", learningOf(recipe, "pairs")),
    fact("seed", seed),
  ];
}

function learningOf({ learn, steps, batch, optimizer }: Recipe, examples: string): string {
  const { name, learningRate, schedule } = optimizer;
  const rates = learn.map((item) => `${item.learningRate ?? learningRate} (${item.kind})`);
  const isOne = learn.every((item) => (item.learningRate ?? learningRate) === learningRate);
  return `${steps} steps of ${batch} ${examples}, ${name} at ${isOne ? learningRate : rates.join(", ")}, ${schedule}`;
}
