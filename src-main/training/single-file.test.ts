// Learning and drawing with a model in a single file, end to end.

import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLayoutFixture, writeLayout } from "../../bench/parity/layout-models.ts";
import type { RunEvent } from "../common/run-events.ts";
import { parseSchedulerConfig } from "../diffusion/scheduler-config.ts";
import { embedded } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { writeTokenizer } from "../models/testing/write-pipeline.ts";
import { openLearner } from "./open-learner.ts";
import { openScheduler } from "./open-scheduler.ts";
import { makePlan, parseRecipe, readPlan } from "./plan.ts";
import { settlePrediction } from "./settle-prediction.ts";
import { train } from "./train.ts";

const folder = mkdtempSync(join(tmpdir(), "single-file-"));
let file: string;
beforeAll(() => {
  const model = readLayoutFixture().models.find(({ name }) => name === "sd2");
  if (model === undefined) throw new Error("layouts.json has a model sd2");
  file = writeLayout["single .ckpt"](model, folder);
  writeTokenizer(join(folder, "words"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const events: RunEvent[] = [];
const emit = (event: RunEvent): Promise<void> => {
  events.push(event);
  return Promise.resolve();
};

test(
  "a negative is learned with a .ckpt, and the run keeps what the UNet was found to predict",
  { timeout: 180_000 },
  async () => {
    const recipe = {
      pipeline: "model.ckpt",
      tokenizer: "words",
      rewards: [{ path: embedded.rewards.preference }],
      prompts: ["a cat"],
      steps: 1,
      batch: 1,
      microBatch: 1,
      size: { height: 64, width: 64 },
      sampler: { steps: 2, lastSteps: 1 },
      previews: [],
    };
    const plan = makePlan(parseRecipe(recipe, "recipe.json"), folder);
    const run = join(folder, "run");
    const signal = new AbortController().signal;
    const { embedding, state } = await train(plan, { run, resume: false, device: "cpu", emit, signal });
    expect(existsSync(embedding)).toBe(true);
    expect(state.step).toBe(1);
    expect(state.negative.length).toBe(77 * 128);
    expect(events).toContainEqual({
      type: "note",
      message: expect.stringMatching(/does not say what its UNet predicts/),
    });
    expect(readPlan(run).prediction).toBe("epsilon");
    expect(readFileSync(embedding).toString("latin1")).not.toContain(folder);
  },
);

test("what the user says of the prediction goes before a trial, and before the folder's own config", async () => {
  const choice = { pipeline: file, tokenizer: join(folder, "words"), prediction: "v" } as const;
  expect(await settlePrediction(choice, { device: "cpu" })).toBe(choice);
  const { scheduler, prediction } = openPipeline(file, choice);
  expect(parseSchedulerConfig(scheduler.text, file).prediction_type).toBe("epsilon");
  expect(prediction).toBe("v");
  const step = { index: 0, sample: Float32Array.of(1), modelOutput: Float32Array.of(0.5), state: {} };
  const [velocity, noise] = (["v", "epsilon"] as const).map((said) =>
    openScheduler(openPipeline(file, { ...choice, prediction: said }), "ddim", 2).step(step),
  );
  expect(velocity?.sample).not.toEqual(noise?.sample);
});

test("a pipeline whose config tells what it predicts is not tried", async () => {
  const choice = { pipeline: embedded.pipeline };
  expect(await settlePrediction(choice, { device: "cpu" })).toBe(choice);
});

test("a UNet that answers far below its input is taken to predict velocities", { timeout: 60_000 }, async () => {
  const choice = { pipeline: file, tokenizer: join(folder, "words") };
  const bias = openPipeline(file, choice).unet.weights.get("conv_out.bias");
  if (bias === undefined) throw new Error("a UNet ends with a bias");
  const descriptor = openSync(bias.file, "r+");
  writeSync(descriptor, new Float32Array(4).fill(-2), 0, bias.length, bias.offset);
  closeSync(descriptor);
  expect((await settlePrediction(choice, { device: "cpu" })).prediction).toBe("v");
});

test("whoever opens a learner need not know that a single file does not tell what it predicts", async () => {
  const recipe = { pipeline: "model.ckpt", tokenizer: "words", rewards: [{ path: embedded.rewards.preference }] };
  const given = makePlan(parseRecipe({ ...recipe, prompts: ["a cat"] }, "recipe.json"), folder);
  const { plan, learner } = await openLearner(given, { device: "cpu" });
  expect(given.prediction).toBeUndefined();
  expect(plan.prediction).toBeDefined();
  expect(learner.scheduler.timesteps).toHaveLength(30);
});
