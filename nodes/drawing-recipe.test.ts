import { expect, test } from "vitest";
import { drawingRecipe, type DrawingRecipeInput } from "../src-main/common/drawing-recipe.ts";
import { LEARNED_NODES } from "./recipe-parts.ts";
import { changedAt, keysIn, keysOf, leavesOf } from "./testing/every-key.ts";
import { compiledRecipe, programOfRecipe, readyRecipes } from "./testing/recipes.ts";
import { workflowOfRecipe } from "./workflow-of-recipe.ts";

const compiledOf = (input: DrawingRecipeInput) => compiledRecipe(drawingRecipe.parse(input));
const programOf = (input: DrawingRecipeInput) => programOfRecipe(drawingRecipe.parse(input));

const shipped = readyRecipes.filter(({ schema }) => schema === drawingRecipe);

test.each(shipped)("$name draws, and learns as it says", ({ json }) => {
  const recipe = drawingRecipe.parse(json);
  const program = programOfRecipe(recipe);
  const { steps, batch, microBatch, seed, pull } = recipe;
  expect(program.updates).toMatchObject({
    optimizer: {
      parameters: recipe.learn.map(({ kind }) => LEARNED_NODES[kind].id),
      settings: { steps, batch, microBatch, seed, proximalWeight: pull },
    },
  });
  const { scheduler, steps: samplingSteps, guidance, lastSteps: last, gradientSteps: count } = recipe.sampler;
  const drawn = { scheduler, steps: samplingSteps, gradient: { kind: "foreseen", last, count } };
  expect(program.calls["sampler"]?.settings).toMatchObject(drawn);
  expect(program.calls["cfg"]?.settings).toEqual({ scale: guidance });
});

test("the shortest recipe is the emoji workflow with the defaults of a recipe", () => {
  expect(programOf({ prompts: ["a cat"] })).toMatchObject({
    calls: {
      prompts: { fn: "prompts", settings: { texts: ["a cat"] } },
      negative: { fn: "negative embedding", settings: { start: { kind: "none" } } },
      reward: { settings: { path: "emoji:rewards/preference" } },
      "held-out": { settings: { path: "emoji:rewards/held-out" } },
    },
    updates: { optimizer: { objective: "reward", heldOut: ["held-out"], settings: { steps: 100 } } },
    sinks: {
      preview: { kind: "preview", image: "decoder", prompts: "prompts", count: 4, every: 20 },
      save: { file: "negative.safetensors" },
      "save.checkpoints": { every: 20, keep: 3 },
    },
  });
});

test("prompts that no line can hold come through as they are", () => {
  for (const prompts of [["", "a"], ["two\nlines"], ["# hash"], [" spaces "], ["[a cat]"], ["plain", "more"]]) {
    expect(programOf({ prompts }).calls["prompts"]?.settings).toEqual({ texts: prompts });
  }
});

test("seven rewards add up by their weights, and one with a weight counts by it", () => {
  const rewards = [1, 2, 3, 4, 5, 6, 7].map((weight) => ({ path: `reward-${weight}`, weight }));
  const { calls, updates } = programOf({ prompts: ["a"], rewards });
  expect(updates["optimizer"]?.objective).toBe("combine-2");
  expect(calls["combine-2"]).toMatchObject({ settings: { weights: [1, 5, 6, 7] } });
  expect(calls["combine"]).toMatchObject({ settings: { weights: [1, 2, 3, 4] } });
  const one = programOf({ prompts: ["a"], rewards: [{ path: "r", weight: 3 }] });
  expect(one.calls["combine"]?.settings).toEqual({ weights: [3] });
});

test.each<readonly [title: string, recipe: Omit<DrawingRecipeInput, "prompts">, faults: readonly string[]]>([
  [
    "guidance without effect",
    { sampler: { guidance: 1 } },
    ["guidance-none previews.0", "guidance-none sampler.guidance"],
  ],
  ["too many last steps", { sampler: { steps: 5 } }, ["recipe-steps sampler.lastSteps"]],
  ["too many gradients", { sampler: { gradientSteps: 20 } }, ["recipe-steps sampler.gradientSteps"]],
  ["a batch that does not divide", { batch: 8, microBatch: 3 }, ["recipe-batch microBatch"]],
  ["a warm-up longer than the run", { optimizer: { warmup: 100 } }, ["optimizer-warmup optimizer.warmup"]],
  [
    "stopping early without a held-out reward",
    { heldOut: [], earlyStopping: { patience: 3 } },
    ["stopping-score earlyStopping.patience"],
  ],
  [
    "an evaluation without a held-out reward",
    { heldOut: [], evaluations: [{ prompts: ["b"] }] },
    ["evaluation-judge evaluations.0"],
  ],
  [
    "a reward that counts for nothing",
    { rewards: [{ path: "a" }, { path: "b", weight: 0 }] },
    ["reward-weights rewards.1.weight"],
  ],
])("%s is told at its key", (_, recipe, expected) => {
  expect(compiledOf({ prompts: ["a"], ...recipe }).faults.map(({ code, at }) => `${code} ${at.part}`)).toEqual(
    expected,
  );
});

test("a recipe without a reward for a pipeline of its own is refused", () => {
  expect(() => workflowOfRecipe(drawingRecipe.parse({ prompts: ["a"], pipeline: "sd15" }))).toThrow(/names no reward/);
});

/** A value for each key that differs from its default. */
const WHOLE: DrawingRecipeInput = {
  format: "reneg-recipe",
  formatVersion: 1,
  pipeline: "sd15",
  tokenizer: "words",
  textEncoder: "reader",
  base: "lender",
  prediction: "v",
  ema: true,
  longPrompts: "chunks",
  promptWeights: "a1111",
  embeddings: "vectors",
  rewards: [
    { path: "r", weight: 2, kind: "clip", score: "cosine", antialias: false, base: "rb" },
    { path: "s", weight: 3 },
  ],
  heldOut: [{ path: "h", kind: "hps", score: "scaled", antialias: false, base: "hb" }],
  prompts: { file: "prompts.txt", first: 7 },
  dynamicPrompts: true,
  learn: [
    {
      kind: "token embedding",
      vectors: 3,
      name: "bad",
      around: "blurry, embedding:bad",
      naming: "a1111",
      saveAs: "words.safetensors",
    },
    {
      kind: "lora",
      rank: 5,
      alpha: 6,
      targets: ["attention", "*.proj_in"],
      seed: 35,
      start: "old.safetensors",
      naming: "diffusers",
      learningRate: 0.0625,
      weightDecay: 0.5,
      saveAs: "style.safetensors",
    },
    {
      kind: "text encoder lora",
      rank: 7,
      alpha: 9,
      targets: ["feed-forward"],
      seed: 36,
      start: "read.safetensors",
      naming: "diffusers",
      learningRate: 0.375,
      weightDecay: 0.75,
      saveAs: "reading.safetensors",
    },
  ],
  start: { kind: "text", text: "ugly" },
  steps: 11,
  batch: 6,
  microBatch: 3,
  seed: 13,
  size: { height: 64, width: 72 },
  sampler: { scheduler: "euler", steps: 14, guidance: 3, cacheInterval: 39, lastSteps: 5, gradientSteps: 4 },
  optimizer: { name: "sgd", learningRate: 0.125, weightDecay: 0.25, schedule: "linear", warmup: 2, clipNorm: 9 },
  pull: 0.375,
  emaDecay: 0.75,
  earlyStopping: { patience: 35, every: 36, count: 37, prompts: { file: "unseen.txt", first: 38 } },
  previews: [
    {
      name: "strong",
      every: 17,
      prompts: { file: "shown.txt", first: 3 },
      seed: 18,
      negative: { kind: "embedding", file: "other.bin", strength: 0.5 },
      sampler: { scheduler: "dpm++", steps: 19, guidance: 20 },
    },
    { name: "written", negative: { kind: "text", text: "bad" } },
  ],
  evaluations: [
    {
      name: "judged",
      prompts: { file: "new.txt", first: 21 },
      count: 22,
      seed: 23,
      handwritten: "grim",
      show: "pictures",
    },
  ],
  perSample: [{ name: "own", prompts: { file: "each.txt", first: 4 }, count: 5, seed: 24, steps: 25, patience: 26 }],
  applications: [
    {
      name: "moving",
      to: "video",
      base: "moved",
      prompts: { file: "videos.txt", first: 2 },
      strength: 1.25,
      written: "shaky",
      longPrompts: "chunks",
      promptWeights: "compel",
      frames: 27,
      fps: 28,
      size: { width: 80, height: 88 },
      steps: 29,
      guidance: 30,
      scheduler: "ddim",
      eta: 0.5,
      rescale: 0.6,
      cacheInterval: 40,
      sharedNoise: 0.7,
      toldFps: 31,
      betas: { schedule: "linear", start: 0.001, end: 0.02 },
      seed: 32,
    },
    {
      name: "steered",
      to: "edges",
      prompts: ["a"],
      controls: [
        { picture: "house.png", kind: "none", scale: 0.25 },
        { controlnet: "depth", picture: "depth.png" },
      ],
      guess: true,
    },
  ],
  saveAs: "mine.safetensors",
  checkpoints: { every: 33, keep: 34 },
};

/** Where only some words are allowed. */
const OTHER_CHOICES: Readonly<Record<string, string>> = {
  v: "epsilon",
  chunks: "cut",
  compel: "none",
  a1111: "diffusers",
  cosine: "scaled",
  scaled: "cosine",
  euler: "ddim",
  "dpm++": "ddim",
  ddim: "euler",
  sgd: "adamw",
  linear: "scaled_linear",
  pictures: "scores",
  none: "canny",
  diffusers: "kohya",
  "blurry, embedding:bad": "ugly, embedding:bad",
};

/** What says what kind of value follows, or what a file is; that a batch divides, and which file is the first one's, are other tests. */
const FIXED = [/^format/, /\.kind$/, /^microBatch$/, /^saveAs$/];

const leaves = leavesOf(WHOLE).filter((path) => !FIXED.some((fixed) => fixed.test(path.join("."))));

/** What else has to change for a value to stay possible. */
const COMPANION_CHANGES: Readonly<Record<string, DrawingRecipeInput>> = {
  batch: { ...WHOLE, batch: 9 },
  // A token embedding is not trained through Compel's.
  promptWeights: { ...WHOLE, promptWeights: "none" },
  // The word stands in its text.
  "learn.0.name": { ...WHOLE, learn: [{ kind: "token embedding", name: "worse", around: "blurry, embedding:worse" }] },
  "optimizer.schedule": { ...WHOLE, optimizer: { ...WHOLE.optimizer, schedule: "constant" } },
};

test("whatever a recipe says ends in the program", () => {
  const whole = programOf(WHOLE);
  expect(leaves.length).toBeGreaterThan(80);
  for (const path of leaves) {
    const changed = COMPANION_CHANGES[path.join(".")] ?? (changedAt(WHOLE, path, OTHER_CHOICES) as DrawingRecipeInput);
    expect(programOf(changed), path.join(".")).not.toEqual(whole);
  }
});

test("the recipe of that test says every key that there is", () => {
  const said = new Set([
    ...keysIn(WHOLE),
    ...keysIn({
      start: { file: "x" },
      rewards: [{ kind: "clip" }],
      learn: [{ layers: 1, form: "x" }],
    } satisfies object),
  ]);
  const keys = keysOf(drawingRecipe);
  expect(keys.length).toBeGreaterThan(50);
  expect(keys.filter((key) => !said.has(key))).toEqual([]);
});

test("what is learned stands where it acts, goes to one optimizer, and is saved, by its kind unless it is named", () => {
  const { calls, updates, sinks } = programOf({
    prompts: ["a"],
    promptWeights: "a1111",
    learn: [{ kind: "negative embedding" }, { kind: "lora", rank: 2 }, { kind: "text encoder lora" }],
  });
  expect(calls).toMatchObject({
    lora: { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { rank: 2, targets: ["attention"] } },
    "text-encoder-lora": { fn: "text encoder lora", inputs: { encoder: "pipeline.encoder" } },
    unet: { inputs: { unet: "lora" } },
    encoder: { inputs: { encoder: "text-encoder-lora" } },
    negative: { inputs: { encoder: "text-encoder-lora" } },
  });
  expect(updates["optimizer"]?.parameters).toEqual(["negative", "lora", "text-encoder-lora"]);
  expect(Object.values(sinks).flatMap((sink) => (sink.kind === "save" ? [sink.file] : []))).toEqual([
    "negative.safetensors",
    "lora.safetensors",
    "text-encoder-lora.safetensors",
  ]);
});

test("a token embedding is called by its word, and begins as the start says", () => {
  const { calls, sinks } = programOf({
    prompts: ["a"],
    learn: [{ kind: "token embedding", name: "bad", vectors: 2 }],
    start: { kind: "text", text: "ugly" },
  });
  expect(calls["negative"]).toMatchObject({
    fn: "token embedding",
    settings: { name: "bad", count: 2, start: { kind: "text", text: "ugly" } },
  });
  expect(sinks["save"]).toMatchObject({ file: "bad.safetensors" });
  const named = programOf({ prompts: ["a"], learn: [{ kind: "lora" }], saveAs: "style.safetensors" });
  expect(named.sinks["save"]).toMatchObject({ file: "style.safetensors" });
});

test("a text encoder is trained, whole or its last layers, and saved as a folder or in the model's file", () => {
  const of = (item: object) => programOf({ prompts: ["a"], learn: [{ kind: "text encoder", ...item }] });
  const { calls, sinks } = of({ layers: 2 });
  expect(calls).toMatchObject({
    "text-encoder": { fn: "trained text encoder", inputs: { encoder: "pipeline.encoder" }, settings: { layers: 2 } },
    encoder: { inputs: { encoder: "text-encoder" } },
  });
  expect(sinks["save"]).toMatchObject({ file: "text-encoder" });
  const whole = of({ layers: null, form: "checkpoint", saveAs: "mine.safetensors" });
  expect(whole.calls["text-encoder"]?.settings).not.toHaveProperty("layers");
  expect(whole.sinks["save"]).toMatchObject({ file: "mine.safetensors" });
  const misnamed = { prompts: ["a"], learn: [{ kind: "text encoder", saveAs: "mine.safetensors" }] };
  expect(drawingRecipe.safeParse(misnamed).error?.issues.map(({ path }) => path.join("."))).toEqual(["learn.0.saveAs"]);
});

test("where no embedding is learned, the start is what stands on the negative side", () => {
  const negativeOf = (start: DrawingRecipeInput["start"]) => {
    const { calls } = programOf({ prompts: ["a"], learn: [{ kind: "lora" }], ...(start && { start }) });
    return calls[String(calls["cfg.negative"]?.inputs["conditioning"])];
  };
  expect(negativeOf(undefined)).toMatchObject({ fn: "encode text", settings: { text: "" } });
  expect(negativeOf({ kind: "text", text: "ugly" })).toMatchObject({ fn: "encode text", settings: { text: "ugly" } });
  expect(negativeOf({ kind: "embedding", file: "a.bin" })).toMatchObject({ fn: "load embedding" });
});

test("two that change the same are refused at the second, and what a node finds wrong is told at its key", () => {
  const twice = drawingRecipe.safeParse({
    prompts: ["a"],
    learn: [{ kind: "negative embedding" }, { kind: "token embedding" }],
  });
  expect(twice.error?.issues.map(({ path }) => path.join("."))).toEqual(["learn.1.kind"]);
  const faultsOf = (learn: DrawingRecipeInput["learn"]) =>
    compiledOf({ prompts: ["a"], ...(learn && { learn }) }).faults.map(({ code, at }) => `${code} ${at.part}`);
  expect(faultsOf([{ kind: "lora", rank: 0 }])).toEqual(["param-invalid learn.0.rank"]);
  expect(faultsOf([{ kind: "token embedding", around: "ugly" }])).toEqual(["token-unnamed learn.0.around"]);
  const one = "one.safetensors";
  expect(
    faultsOf([
      { kind: "negative embedding", saveAs: one },
      { kind: "lora", saveAs: one },
    ]),
  ).toEqual(["decided-twice learn.1.saveAs"]);
});

test("a start from a file, and preprocessing by name, end in the program as well", () => {
  const start = programOf({ prompts: ["a"], start: { kind: "embedding", file: "old.safetensors" } });
  expect(start.calls["negative"]?.settings["start"]).toEqual({ kind: "embedding", file: "old.safetensors" });
  const { sinks } = programOf(WHOLE);
  expect(sinks["steered"]).toMatchObject({
    to: "edges",
    controls: [
      { picture: "house.png", kind: "none" },
      { controlnet: "depth", kind: "canny" },
    ],
  });
  expect(programOf({ prompts: ["a"], rewards: [{ path: "r", kind: "clip" }] }).calls["reward"]?.settings).toEqual({
    path: "r",
    kind: "clip",
  });
});
