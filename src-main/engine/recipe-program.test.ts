import { expect, test } from "vitest";
import { drawingRecipe, type DrawingRecipeInput } from "../common/drawing-recipe.ts";
import { LARGEST_SEED } from "../common/limits.ts";
import { sampleInput } from "../common/sampling.ts";
import { diagnosticsOf } from "../common/testing/refusal-of.ts";
import { parseRecipe, programOfRecipe } from "./recipe-program.ts";

function faultsOf(input: Partial<DrawingRecipeInput>): readonly string[] {
  const recipe = drawingRecipe.parse({ prompts: ["a"], ...input });
  return diagnosticsOf(() => programOfRecipe(recipe, "/", "r.json", () => {})).flatMap(({ severity, code, at }) =>
    severity === "error" ? [`${code} ${at.part}`] : [],
  );
}

function warningsOf(input: Partial<DrawingRecipeInput>): readonly string[] {
  const codes: string[] = [];
  programOfRecipe(drawingRecipe.parse({ prompts: ["a"], ...input }), "/", "r.json", ({ code }) => codes.push(code));
  return codes;
}

const rewards = (...weights: number[]) => weights.map((weight) => ({ path: "/r", weight }));

test("settings under which nothing can be learned are refused at their keys", () => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf({ sampler: { guidance: 1 } })).toEqual(["guidance-none sampler.guidance"]);
  expect(faultsOf({ rewards: rewards(0) })).toEqual(["reward-weights rewards.0.weight"]);
  expect(faultsOf({ rewards: rewards(1, -1) })).toEqual(["reward-weights rewards.0.weight"]);
  expect(faultsOf({ sampler: { steps: 4, lastSteps: 5 } })).toEqual(["recipe-steps sampler.lastSteps"]);
  expect(faultsOf({ sampler: { steps: 4, lastSteps: 2, gradientSteps: 3 } })).toEqual([
    "recipe-steps sampler.gradientSteps",
  ]);
});

const REWARD = { kind: "reward lora", base: "emoji:rewards/preference" };

test("a recipe that stands for more nodes than a workflow may have is refused before anything is made of it", () => {
  const many = Array.from({ length: 10_001 }, () => ({ prompts: ["a"] }));
  expect(faultsOf({ evaluations: many })).toEqual(["recipe-crowd undefined"]);
});

test("a key or a kind that is not known is told with those that are", () => {
  const refused = (learned: object): string =>
    diagnosticsOf(() => parseRecipe({ prompts: ["a"], learn: [learned] }, "r.json"))
      .map(({ at, message }) => `${at.part}: ${message}`)
      .join();
  expect(refused({ kind: "negative embedding", learnrate: 1 })).toContain(
    'learn.0: there is no key "learnrate" here, but "kind", "saveAs", "learningRate", "weightDecay"',
  );
  expect(refused({ kind: "loraa" })).toMatch(/^learn\.0\.kind: .*'lora' \| 'text encoder lora'/);
  expect(refused({ kind: "lora", learningRate: 0 })).toBe("learn.0.learningRate: it must be more than 0; here it is 0");
});

test.each<readonly [title: string, recipe: object, faults: readonly RegExp[]]>([
  ["a reward without pairs", { learn: [REWARD] }, [/^pairs: name the folder of the pairs/]],
  ["pairs without a reward", { pairs: "votes" }, [/^learn: one reward is learned from pairs/]],
  ["two rewards", { pairs: "votes", learn: [REWARD, REWARD] }, [/^learn: one reward is learned from pairs/]],
  [
    "a LoRA from pairs",
    { pairs: "votes", learn: [{ kind: "lora" }] },
    [/^learn\.0\.kind: .*'reward head' \| 'reward lora'/],
  ],
  [
    "prompts beside pairs",
    { pairs: "votes", learn: [REWARD], prompts: ["a"] },
    [/^undefined: .*no key "prompts" here, but .*"pairs"/],
  ],
  ["a number of pairs", { pairs: 5, learn: [REWARD] }, [/^pairs: name the folder .*; here it is 5$/]],
  [
    "another key of the pairs",
    { pairs: { path: "votes", share: 0 }, learn: [REWARD] },
    [/^pairs: .*no key "share" here, but "path", "heldBack"/],
  ],
])("%s are refused by the keys of a recipe from pairs, with where these are explained", (_, json, expected) => {
  const faults = diagnosticsOf(() => parseRecipe(json, "r.json"));
  expect(faults.map(({ at, message }) => `${at.part}: ${message}`)).toEqual(
    expected.map((pattern) => expect.stringMatching(pattern) as unknown),
  );
  for (const { code, help } of faults)
    expect({ code, help }).toMatchObject({
      code: "recipe-invalid",
      help: expect.stringMatching(
        /see “A reward from pairs” in docs\/recipe\.md for every key, its range and its default$/,
      ) as unknown,
    });
});

test("a recipe from pairs is said to draw nothing where it has keys of one that draws, and there alone", () => {
  const helpsOf = (json: object) => diagnosticsOf(() => parseRecipe(json, "r.json")).map(({ help }) => help);
  const given = { pairs: "votes", learn: [REWARD] };
  expect(helpsOf({ ...given, prompts: ["a"], sampler: {} })).toEqual([expect.stringContaining("draws nothing")]);
  const others = [
    { pairs: "votes", learn: [{ ...REWARD, targets: ["a, b"] }] },
    { pairs: "votes", learn: [{ ...REWARD, hidden: 4 }] },
    { ...given, steps: 0 },
    { ...given, pairs: { heldBack: 0 } },
  ];
  for (const [help, ...more] of others.map(helpsOf)) {
    expect(help).toMatch(/^see “A reward from pairs”/);
    expect(more).toEqual([]);
  }
});

test("a file that is missing is told at the key of a recipe from pairs", () => {
  const recipe = parseRecipe({ pairs: "nowhere", learn: [REWARD] }, "r.json");
  const faults = diagnosticsOf(() => programOfRecipe(recipe, "/", "r.json", () => {}));
  expect(faults.map(({ at }) => at.part)).toEqual(["pairs.path"]);
});

test("what has no effect beside what has some is said", () => {
  expect(warningsOf({ rewards: [{ path: "/r" }, { path: "/s", weight: 0 }] })).toEqual(["reward-weights"]);
  expect(warningsOf({ steps: 5, optimizer: { warmup: 5 } })).toEqual(["optimizer-warmup"]);
  expect(warningsOf({ previews: { sampler: { scheduler: "ddim", steps: 4, guidance: 1 } } })).toEqual([
    "guidance-none",
  ]);
  expect(warningsOf({ steps: 5, optimizer: { warmup: 2 } })).toEqual([]);
});

test("the largest seed leaves room for the images that follow it, and larger numbers are refused", () => {
  const sample = { pipeline: "emoji", prompts: ["a"], out: "a.png" };
  expect(sampleInput.safeParse({ ...sample, seed: LARGEST_SEED, count: 100_000 }).success).toBe(true);
  expect(Number.isSafeInteger(LARGEST_SEED + 100_000 * 1_000_000)).toBe(true);
  expect(sampleInput.safeParse({ ...sample, seed: Number.MAX_SAFE_INTEGER }).success).toBe(false);
  expect(sampleInput.safeParse({ ...sample, count: 1e9 }).success).toBe(false);
  const changes: readonly Partial<DrawingRecipeInput>[] = [
    { seed: 2 ** 53 },
    { steps: 2 ** 40 },
    { batch: 2 ** 31 },
    { microBatch: 1e9 },
    { size: { height: 2 ** 31, width: 64 } },
  ];
  for (const change of changes) {
    expect(drawingRecipe.safeParse({ prompts: ["a"], ...change }).success, JSON.stringify(change)).toBe(false);
  }
});
