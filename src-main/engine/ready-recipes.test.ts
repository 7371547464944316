// The recipes and prompt lists that come with the program.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { DrawingRecipe } from "../common/drawing-recipe.ts";
import { sinksOfKind } from "../common/program/sink-names.ts";
import { isFromPairs, type Recipe } from "../common/recipe.ts";
import { openUpdates } from "../learning/open-updates.ts";
import { planRun } from "../learning/run-plan.ts";
import { train } from "../learning/train.ts";
import { embeddedPath } from "../models/embedded.ts";
import { fullSizeShapes, writeSparse } from "../models/testing/sparse-checkpoint.ts";
import { openRun } from "../sampling/open-run.ts";
import { readPromptFile } from "../texts/prompt-file.ts";
import { readJson } from "../weights/json-file.ts";
import { parseRecipe, programOfRecipe } from "./recipe-program.ts";

const folder = fileURLToPath(new URL("../../resources/recipes/", import.meta.url));
const REWARD = fileURLToPath(new URL("../../resources/emoji/rewards/preference", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

function recipeOf(name: string) {
  return parseRecipe(readJson(`${folder}${name}`), name);
}

function drawingOf(name: string): DrawingRecipe {
  const recipe = recipeOf(name);
  if (isFromPairs(recipe)) throw new Error(`${name} draws nothing`);
  return recipe;
}

const drawing = names.filter((name) => !isFromPairs(recipeOf(name)));

test.each(names)("%s is a recipe whose batch divides", (name) => {
  const { batch, microBatch } = recipeOf(name);
  expect(batch % microBatch).toBe(0);
});

test.each(drawing)(
  "%s takes its gradients at steps that there are, and the prompts that it ships are there",
  (name) => {
    const { sampler, prompts, evaluations } = drawingOf(name);
    expect(sampler.gradientSteps).toBeLessThanOrEqual(sampler.lastSteps);
    for (const source of [prompts, ...evaluations.map((evaluation) => evaluation.prompts)]) {
      const list = Array.isArray(source) ? undefined : embeddedPath(source.file);
      if (list !== undefined) expect(readPromptFile(list).prompts.length).toBeGreaterThan(100);
    }
  },
);

test.each(names.filter((name) => name.includes("paper")))("%s learns as the paper says", (name) => {
  expect(recipeOf(name)).toMatchObject({
    steps: 4000,
    batch: 64,
    sampler: { scheduler: "ddim", steps: 30, guidance: 7.5, lastSteps: 10, gradientSteps: 1 },
    optimizer: { name: "adamw", learningRate: 5e-3, schedule: "cosine", weightDecay: 1e-2 },
  });
});

const QUICK = ["8gb", "12gb", "24gb"].flatMap((memory) =>
  (["sd14", "sd15", "sd21"] as const).map((model) => `${model}-quick-${memory}.json`),
);

test("every model has the paper's recipe and quick ones for three sizes of memory", () => {
  expect(names).toEqual(expect.arrayContaining([...QUICK, "sd14-paper.json", "sd15-paper.json", "sd21-paper.json"]));
  for (const name of QUICK) expect(recipeOf(name).steps * recipeOf(name).batch).toBeLessThanOrEqual(1600);
});

const SIZED = names.filter((name) => /-\d+gb\.json$/.test(name));

test("every kind has recipes for three sizes of memory", () => {
  const kinds = ["lora", "token", "text-encoder-lora", "text-encoder"];
  const stems = [...kinds.map((kind) => `sd15-${kind}`), "preference"];
  const wanted = stems.flatMap((stem) => ["8gb", "12gb", "24gb"].map((size) => `${stem}-${size}.json`));
  expect(SIZED).toEqual(expect.arrayContaining(wanted));
});

test.each(names.filter((name) => name.startsWith("emoji")))(
  "%s takes a step, which changes all that it learns, and leaves a file of each",
  async (name) => {
    const out = mkdtempSync(join(tmpdir(), "ready-recipe-step-"));
    onTestFinished(() => rmSync(out, { recursive: true }));
    const recipe = recipeOf(name);
    const { program } = programOfRecipe(oneStepOf(recipe), folder, name, () => {});
    const { state } = await train(program, {
      folder: out,
      resume: false,
      device: "cpu",
      emit: () => Promise.resolve(),
      signal: new AbortController().signal,
    });
    const learned = Object.values(state.parameters);
    expect(learned).toHaveLength(recipe.learn.length);
    for (const { value, start } of learned) expect(value).not.toEqual(start);
    const saved = sinksOfKind(program, "save").map(({ sink }) => sink.file);
    expect(saved).toHaveLength(recipe.learn.length);
    expect(readdirSync(out)).toEqual(expect.arrayContaining(saved));
  },
  120_000,
);

function oneStepOf(recipe: Recipe): Recipe {
  const one = { ...recipe, steps: 1, batch: 1, microBatch: 1 };
  if (isFromPairs(one)) return one;
  const sampler = { ...one.sampler, steps: 3, lastSteps: 1, gradientSteps: 1 };
  return { ...one, sampler, previews: [], evaluations: [] };
}

// 1.4 is built as 1.5 is.
test.each(SIZED.filter((name) => drawing.includes(name) && !name.startsWith("sd14")))(
  "%s fits into the memory that its name promises, at the size of the published model",
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "ready-recipe-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pipeline = writeSparse(
      join(folder, "model.safetensors"),
      fullSizeShapes(name.startsWith("sd21") ? "sd2" : "sd1"),
    );
    // What such a machine gives to the program at most: its memory is counted in 2³⁰ bytes.
    const budget = 0.9 * 2 ** 30 * Number(/(\d+)gb/.exec(name)?.[1]);
    const { rewards, ...recipe } = drawingOf(name);
    expect(rewards).not.toEqual([]);
    // The pipeline's own stages are the largest; the rewards that it names are files of other people.
    const given = { ...recipe, pipeline, rewards: [{ path: REWARD, weight: 1 }], heldOut: [] };
    const { program } = programOfRecipe(given, folder, name, () => {});
    const run = await openRun(program, { device: "cpu" });
    const { memory, problems } = await planRun(run, openUpdates(run, { cuts: "auto", budget }), { budget });
    expect(problems).toEqual([]);
    expect(memory.peak).toBeLessThanOrEqual(budget);
  },
  // Under load; a second on an idle machine.
  300_000,
);

test("PartiPrompts are whole, each once, and cannot be mistaken for a path", () => {
  const list = embeddedPath("prompts:parti-prompts.txt") ?? "";
  const prompts = readPromptFile(list).prompts;
  expect(prompts).toHaveLength(1632);
  expect(new Set(prompts).size).toBe(1632);
  expect(embeddedPath("prompts:../../package.json")).toBeUndefined();
  expect(embeddedPath("prompts/parti-prompts.txt")).toBeUndefined();
});
