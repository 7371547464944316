import { expect, test } from "vitest";
import { type PairsRecipeInput, pairsRecipe } from "../src-main/common/pairs-recipe.ts";
import { programOf } from "./testing/emoji-workflow.ts";
import { changedAt, keysIn, keysOf, leavesOf } from "./testing/every-key.ts";
import { compiledRecipe, programOfRecipe, readyRecipes } from "./testing/recipes.ts";
import { template } from "./testing/templates.ts";

const compiledOf = (input: PairsRecipeInput) => compiledRecipe(pairsRecipe.parse(input));
const programOfPairs = (input: PairsRecipeInput) => programOfRecipe(pairsRecipe.parse(input));

test("the recipe that comes with the program computes the same as the template", () => {
  const ready = readyRecipes.find(({ name }) => name === "emoji-preference.json");
  expect(programOfRecipe(pairsRecipe.parse(ready?.json))).toEqual(programOf(template("train-reward")));
});

const TRAINING = {
  format: "reneg-recipe",
  formatVersion: 1,
  pairs: { path: "votes", heldBack: 0.3, seed: 3 },
  scale: 20,
  steps: 11,
  batch: 6,
  microBatch: 3,
  seed: 13,
  optimizer: { name: "sgd", learningRate: 0.125, weightDecay: 0.25, schedule: "linear", warmup: 2, clipNorm: 9 },
  pull: 0.375,
  emaDecay: 0.75,
  saveAs: "taste.safetensors",
  checkpoints: { every: 33, keep: 34 },
} as const satisfies Partial<PairsRecipeInput>;

/** A value for each key that differs from its default; rates and the file are said once for all, and once for the reward. */
const LORA: PairsRecipeInput = {
  ...TRAINING,
  learn: [
    {
      kind: "reward lora",
      base: "clip",
      score: "cosine",
      towers: "image and prompt",
      rank: 5,
      alpha: 6,
      targets: ["attention", "feed-forward"],
      seed: 35,
      start: "old.safetensors",
    },
  ],
};
const HEAD: PairsRecipeInput = {
  ...TRAINING,
  learn: [
    {
      kind: "reward head",
      base: "clip",
      features: "image and prompt",
      hidden: 7,
      bias: 0.5,
      format: "reneg",
      seed: 36,
      start: "old.safetensors",
      learningRate: 0.0625,
      weightDecay: 0.5,
      saveAs: "mine.safetensors",
    },
  ],
};

/** Where only some words are allowed. */
const OTHER_CHOICES: Readonly<Record<string, string>> = {
  cosine: "scaled",
  "image and prompt": "image",
  sgd: "adamw",
  linear: "constant",
};
/** What says what kind of value follows, or what a file is; that a batch divides is another test. LAION's layout holds no such head. */
const FIXED = [/^format/, /\.kind$/, /^microBatch$/, /^learn\.0\.format$/];
/** What the reward says itself counts in place of it. */
const SAID_BY_HEAD = [/^saveAs$/, /^optimizer\.(learningRate|weightDecay)$/];

test.each([
  ["a LoRA", LORA, FIXED],
  ["a head", HEAD, [...FIXED, ...SAID_BY_HEAD]],
])("whatever a recipe of %s says ends in the program", (_, recipe, fixed) => {
  const whole = programOfPairs(recipe);
  const leaves = leavesOf(recipe).filter((path) => !fixed.some((one) => one.test(path.join("."))));
  expect(leaves.length).toBeGreaterThan(20);
  for (const path of leaves) {
    const isBatch = path.join(".") === "batch";
    const changed = isBatch ? { ...recipe, batch: 9 } : (changedAt(recipe, path, OTHER_CHOICES) as PairsRecipeInput);
    expect(programOfPairs(changed), path.join(".")).not.toEqual(whole);
  }
});

test("the recipes of that test say every key that there is", () => {
  const said = new Set([...keysIn(LORA), ...keysIn(HEAD)]);
  const keys = keysOf(pairsRecipe);
  expect(keys.length).toBeGreaterThan(35);
  expect(keys.filter((key) => !said.has(key))).toEqual([]);
});

test("a head is LAION's file where it is asked for", () => {
  const learn: PairsRecipeInput["learn"] = [{ kind: "reward head", base: "clip", format: "laion" }];
  expect(programOfPairs({ pairs: "votes", learn }).calls["reward"]).toMatchObject({
    fn: "reward head",
    settings: { path: "clip", format: "laion" },
  });
});

test("a reward is judged by what is held back, unless nothing is, and its file is called after it", () => {
  const learn: PairsRecipeInput["learn"] = [{ kind: "reward lora", base: "clip" }];
  const judged = programOfPairs({ pairs: "votes", learn });
  expect(judged.updates["optimizer"]).toMatchObject({ parameters: ["reward"], heldOut: ["loss.heldBack"] });
  expect(judged.sinks["save"]).toMatchObject({ file: "reward.safetensors" });
  const all = programOfPairs({ pairs: { path: "votes", heldBack: 0 }, learn });
  expect(all.updates["optimizer"]?.heldOut).toEqual([]);
  expect(Object.keys(all.calls)).not.toContain("pairs.heldBack");
});

test.each<readonly [title: string, recipe: Partial<PairsRecipeInput>, faults: readonly string[]]>([
  ["a batch that does not divide", { batch: 8, microBatch: 3 }, ["recipe-batch microBatch"]],
  ["too large a share", { pairs: { path: "votes", heldBack: 1 } }, ["param-invalid pairs.heldBack"]],
  ["a scale that turns the order round", { scale: -1 }, ["param-invalid scale"]],
  ["a rank of none", { learn: [{ kind: "reward lora", base: "clip", rank: 0 }] }, ["param-invalid learn.0.rank"]],
  [
    "LAION's layout of two layers",
    { learn: [{ kind: "reward head", base: "clip", hidden: 4, format: "laion" }] },
    ["reward-format learn.0.format"],
  ],
])("%s is told at its key", (_, changed, expected) => {
  const { program, faults } = compiledOf({
    pairs: "votes",
    learn: [{ kind: "reward lora", base: "clip" }],
    ...changed,
  });
  expect(program).toBeNull();
  expect(faults.map(({ code, at }) => `${code} ${at.part}`)).toEqual(expected);
});
