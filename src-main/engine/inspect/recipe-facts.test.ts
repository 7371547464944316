import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inspectPath } from "../inspect.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recipe-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function inspect(recipe: object) {
  const path = join(folder, "recipe.json");
  writeFileSync(path, JSON.stringify(recipe));
  const { kind, facts, problems } = inspectPath(path);
  return {
    kind,
    facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    problems: problems.map(({ severity, code, at }) => `${severity} ${code} ${at.part}`),
  };
}

test("a recipe that draws tells what from, and one that is wrong is a problem", () => {
  expect(inspect({ prompts: ["a", "b"] })).toMatchObject({
    kind: "recipe",
    problems: [],
    facts: { prompts: "2", pipeline: "emoji" },
  });
  expect(inspect({ prompts: ["a"], steps: -1 })).toMatchObject({
    kind: "recipe",
    problems: ["error recipe-invalid steps"],
  });
});

test("a recipe from pairs tells these, and the model that its reward looks through", () => {
  const recipe = { pairs: "emoji:pairs", learn: [{ kind: "reward head", base: "clip", learningRate: 0.01 }] };
  expect(inspect(recipe)).toEqual({
    kind: "recipe",
    facts: {
      pairs: "emoji:pairs",
      reward: "reward head over clip",
      learning: "100 steps of 8 pairs, adamw at 0.01 (reward head), cosine",
      seed: "0",
    },
    problems: [],
  });
  expect(inspect({ ...recipe, sampler: {} })).toMatchObject({
    kind: "recipe",
    problems: ["error recipe-invalid undefined"],
  });
});
