import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ScorePairsResult } from "../../common/pair-scoring.ts";
import { inspected } from "../testing/inspected.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recipe-facts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function inspect(json: object) {
  const path = join(folder, "recipe.json");
  writeFileSync(path, JSON.stringify(json));
  return inspected(path);
}

test("a recipe that draws tells what from, and one that is wrong is a problem", () => {
  expect(inspect({ prompts: ["a", "b"] })).toMatchObject({
    kind: "recipe",
    problems: [],
    facts: { prompts: "2", pipeline: "emoji" },
  });
  expect(inspect({ prompts: ["a"], steps: -1 })).toMatchObject({
    kind: "recipe",
    problems: ["error recipe-invalid"],
    parts: ["steps"],
  });
});

test("a recipe from pairs tells these, and the model that its reward looks through", () => {
  const recipe = { pairs: "emoji:pairs", learn: [{ kind: "reward head", base: "clip", learningRate: 0.01 }] };
  const { kind, facts, problems } = inspect(recipe);
  expect({ kind, facts, problems }).toEqual({
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
    problems: ["error recipe-invalid"],
    parts: [undefined],
  });
  expect(inspect({ learn: recipe.learn })).toMatchObject({ kind: "recipe", parts: ["pairs"] });
});

test("what `reneg score` tells of pairs is no recipe from them", () => {
  const scored: ScorePairsResult = {
    table: "votes/pairs.csv",
    accuracy: null,
    ties: 1,
    leftOut: 0,
    pairs: [
      {
        row: 1,
        prompt: "a cat",
        better: { image: "1.png", score: 0.5 },
        worse: { image: "2.png", score: 0.25 },
        tie: true,
      },
    ],
    reward: "preference",
    kind: "CLIP",
    device: "cpu",
  };
  expect(inspect(scored)).toMatchObject({ kind: "unknown", problems: ["error wrong-kind"] });
});
