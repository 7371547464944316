// The recipes and prompt lists that come with the program.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { embeddedPath } from "../models/embedded.ts";
import { readJson } from "../models/parse-config.ts";
import { parseRecipe, readPrompts } from "./plan.ts";

const folder = fileURLToPath(new URL("../../resources/recipes/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

function recipeOf(name: string) {
  return parseRecipe(readJson(`${folder}${name}`), name);
}

test.each(names)("%s is a recipe whose batch divides and whose shipped prompts are there", (name) => {
  const { batch, microBatch, sampler, prompts, evaluations } = recipeOf(name);
  expect(batch % microBatch).toBe(0);
  expect(sampler.gradientSteps).toBeLessThanOrEqual(sampler.lastSteps);
  for (const source of [prompts, ...evaluations.map((evaluation) => evaluation.prompts)]) {
    const list = Array.isArray(source) ? undefined : embeddedPath(source.file);
    if (list !== undefined) expect(readPrompts(list).length).toBeGreaterThan(100);
  }
});

test.each(names.filter((name) => name.includes("paper")))("%s learns as the paper says", (name) => {
  expect(recipeOf(name)).toMatchObject({
    steps: 4000,
    batch: 64,
    sampler: { scheduler: "ddim", steps: 30, guidance: 7.5, lastSteps: 10, gradientSteps: 1 },
    optimizer: { name: "adamw", learningRate: 5e-3, schedule: "cosine", weightDecay: 1e-2 },
  });
});

test("PartiPrompts are whole, each once, and cannot be mistaken for a path", () => {
  const list = embeddedPath("prompts:parti-prompts.txt") ?? "";
  const prompts = readPrompts(list);
  expect(prompts).toHaveLength(1632);
  expect(new Set(prompts).size).toBe(1632);
  expect(embeddedPath("prompts:../../package.json")).toBeUndefined();
  expect(embeddedPath("prompts/parti-prompts.txt")).toBeUndefined();
});
