// Learning and drawing with a model in a single file, end to end.

import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLayoutFixture, writeLayout } from "../../bench/parity/layout-models.ts";
import type { RunEvent } from "../common/run-events.ts";
import { parseSchedulerConfig } from "../diffusion/scheduler-config.ts";
import { readProgram } from "../learning/program-file.ts";
import { train } from "../learning/train.ts";
import { embedded } from "../models/embedded.ts";
import { openPipeline } from "../models/pipeline.ts";
import { writeTokenizer } from "../models/testing/write-pipeline.ts";
import { openRun } from "../sampling/open-run.ts";
import { openScheduler } from "../sampling/open-scheduler.ts";
import { resolvePrediction } from "../sampling/resolve-prediction.ts";
import { parseRecipe, programOfRecipe } from "./recipe-program.ts";

const folder = mkdtempSync(join(tmpdir(), "single-file-"));
let file: string;
beforeAll(() => {
  const model = readLayoutFixture().models.find(({ name }) => name === "sd2");
  if (model === undefined) throw new Error("layouts.json has a model sd2");
  file = writeLayout["single .ckpt"](model, folder);
  writeTokenizer(join(folder, "words"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fail(name: string): never {
  throw new Error(`the UNet has no ${name}`);
}

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
    const { program } = programOfRecipe(parseRecipe(recipe, "recipe.json"), folder, "recipe.json", () => {});
    const run = join(folder, "run");
    const signal = new AbortController().signal;
    const { embedding, state } = await train(program, {
      folder: run,
      resume: false,
      device: "cpu",
      emit,
      signal,
    });
    expect(existsSync(embedding)).toBe(true);
    expect(state.step).toBe(1);
    expect(state.parameters["negative"]?.value["context"]?.shape).toEqual([1, 77, 128]);
    expect(events).toContainEqual({
      type: "note",
      message: expect.stringMatching(/does not say what its UNet predicts/),
    });
    // Of random weights, noise comes back as something else.
    const parts = Object.values(readProgram(run).calls).filter(({ settings }) => settings["tokenizer"] !== undefined);
    expect(
      parts
        .map(({ fn, settings }) => [fn, settings["prediction"]])
        .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    ).toEqual([
      ["text encoder", "v"],
      ["unet", "v"],
      ["vae", "v"],
    ]);
    expect(readFileSync(embedding).toString("latin1")).not.toContain(folder);
  },
);

test("what the user says of the prediction goes before a trial, and before the folder's own config", async () => {
  const choice = { pipeline: file, tokenizer: join(folder, "words"), prediction: "v" } as const;
  expect(await resolvePrediction(choice, { device: "cpu" })).toBe(choice);
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
  expect(await resolvePrediction(choice, { device: "cpu" })).toBe(choice);
});

test(
  "a UNet that gives noise back predicts noise, and one that does not predicts velocities",
  { timeout: 60_000 },
  async () => {
    const choice = { pipeline: file, tokenizer: join(folder, "words") };
    const { weights } = openPipeline(file, choice).unet;
    const fill = (name: string, value: (index: number) => number): void => {
      const { file: place, offset, length } = weights.get(name) ?? fail(name);
      const descriptor = openSync(place, "r+");
      writeSync(
        descriptor,
        Float32Array.from({ length: length / 4 }, (_, index) => value(index)),
        0,
        length,
        offset,
      );
      closeSync(descriptor);
    };
    const found = async () => (await resolvePrediction(choice, { device: "cpu", emit })).prediction;
    for (const name of weights.keys()) fill(name, () => 0);
    expect(await found()).toBe("v");
    expect(events.at(-1)).toMatchObject({ message: expect.stringContaining("say that its prediction is epsilon") });

    // The latents x and −x pass beside all blocks, each in a channel of its own: silu(x) − silu(−x) = x.
    const [latents, kernel, centre, channels] = [4, 9, 4, 32];
    const at = (row: number, column: number, columns: number) => (row * columns + column) * kernel + centre;
    const passed = new Map(
      [...Array(latents).keys()].flatMap((i) => [
        [at(i, i, latents), 1],
        [at(i + latents, i, latents), -1],
      ]),
    );
    const taken = new Map(
      [...Array(latents).keys()].flatMap((i) => [
        [at(i, i, channels), 1],
        [at(i, i + latents, channels), -1],
      ]),
    );
    fill("conv_in.weight", (index) => passed.get(index) ?? 0);
    fill("up_blocks.3.resnets.2.conv_shortcut.weight", (index) =>
      Number(index % (2 * channels) === channels + Math.floor(index / (2 * channels))),
    );
    fill("conv_norm_out.weight", () => 1);
    fill("conv_out.weight", (index) => taken.get(index) ?? 0);
    expect(await found()).toBe("epsilon");
    expect(events.at(-1)).toMatchObject({ message: expect.stringMatching(/gives back (9|10)\d % of pure noise/) });
  },
);

test("whoever opens a program need not know that a single file does not tell what it predicts", async () => {
  const recipe = { pipeline: "model.ckpt", tokenizer: "words", rewards: [{ path: embedded.rewards.preference }] };
  const given = parseRecipe({ ...recipe, prompts: ["a cat"] }, "recipe.json");
  const { program } = programOfRecipe(given, folder, "recipe.json", () => {});
  const { opened, sessions } = await openRun(program, { device: "cpu" });
  const predictions = (calls: typeof program.calls) => calls["pipeline.unet"]?.settings["prediction"];
  expect(predictions(program.calls)).toBeUndefined();
  expect(predictions(opened.program.calls)).toBeDefined();
  expect(opened.samplersOf("decoder").map(({ scheduler }) => scheduler.timesteps.length)).toEqual([30]);
  await sessions.release();
});
