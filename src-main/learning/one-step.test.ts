import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { CutChoice } from "../common/cut-choice.ts";
import type { Program } from "../common/program/program.ts";
import type { Tensor } from "../common/tensor.ts";
import { programFunctions } from "../program/functions/index.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { openRun } from "../sampling/open-run.ts";
import { learnStep } from "./learn-step.ts";
import { initialParameter } from "./learning-state.ts";
import { recordStep, type StepRecord, toldOf } from "./one-step.ts";
import { openUpdates } from "./open-updates.ts";
import { emojiProgram, twoOptimizers } from "./testing/emoji-program.ts";
import { everyBorder } from "./testing/every-border.ts";

const sessions = new StageSessions("cpu");
const folder = mkdtempSync(join(tmpdir(), "reneg-step-"));
afterAll(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});

async function record(program: Program, step = 0, cuts: CutChoice = "borders"): Promise<StepRecord> {
  const run = await openRun(program, { device: "cpu", sessions });
  return recordStep(openUpdates(run, { cuts, tellOf: toldOf(run, programFunctions) }), step);
}

/** Cut at all borders, those inside of networks too. */
async function recordEverywhere(program: Program): Promise<StepRecord> {
  const run = await openRun(program, { device: "cpu", sessions });
  const told = { tellOf: toldOf(run, programFunctions) };
  const kept = everyBorder(openUpdates(run, { cuts: "none", ...told }));
  return recordStep(openUpdates(run, { cuts: "auto", kept, ...told }), 0);
}

function shapes({ tensors }: StepRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [name, `${dtype} ${shape.join()}`]),
  );
}

function numbers(tensor: Tensor | undefined): number[] {
  return Array.from<number | bigint>(tensor?.data ?? []).map(Number);
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((n, i) => n - (b[i] ?? NaN))) / Math.hypot(...a);
}

test("a step's file holds what was drawn and found at every node of its optimizer", async () => {
  const step = await record(emojiProgram());
  expect(shapes(step)).toEqual({
    "noise.sampler": "float32 2,4,16,16",
    "index.sampler": "int64 1",
    "image.decoder": "float32 2,3,64,64",
    "score.reward": "float32 2",
    "score.held-out": "float32 2",
    "objective.optimizer": "float32 2",
    "parameter.negative": expect.stringMatching(/^float32 1,\d+,\d+$/),
    "gradient.negative": expect.stringMatching(/^float32 1,\d+,\d+$/),
  });
  expect([...step.prompts.keys()]).toEqual(["prompts"]);
  expect(step.prompts.get("prompts")).toHaveLength(2);
  expect(numbers(step.tensors["score.reward"])).toEqual(numbers(step.tensors["objective.optimizer"]));
  expect([2, 3]).toContain(numbers(step.tensors["index.sampler"])[0]);
});

test("the gradient is that of learning, before proximal weight, decay and clipping, whatever the cuts and micro-batches", async () => {
  const settings = { optimizer: "sgd", learningRate: 1, weightDecay: 0, proximalWeight: 0, schedule: "constant" };
  const program = emojiProgram({ settings });
  const step = await record(program);
  const run = await openRun(program, { device: "cpu", sessions });
  const updates = openUpdates(run, { cuts: "borders" });
  const start = run.opened.open("negative", "embedding");
  if (!("initial" in start)) throw new Error("a parameter has a start");
  const before = initialParameter(await start.initial(), false);
  const { state } = await learnStep(updates, { step: 0, parameters: { negative: before }, stopping: {} });
  const moved = numbers(state.parameters["negative"]?.value["context"]);
  const from = numbers(before.value["context"]);
  const gradient = numbers(step.tensors["gradient.negative"]);
  expect(
    distance(
      gradient,
      moved.map((n, i) => n - (from[i] ?? NaN)),
    ),
  ).toBeLessThan(1e-3);
  const clipped = emojiProgram({ settings: { proximalWeight: 9, weightDecay: 1, clipNorm: 1e-9, microBatch: 1 } });
  expect(distance(gradient, numbers((await record(clipped, 0, "none")).tensors["gradient.negative"]))).toBeLessThan(
    1e-3,
  );
  expect(distance(gradient, numbers((await record(program, 1)).tensors["gradient.negative"]))).toBeGreaterThan(0.1);
});

test("cut everywhere inside of networks a step is the same as in one piece", async () => {
  const program = emojiProgram({ settings: { batch: 1, microBatch: 1 } });
  const [whole, everywhere] = [await record(program, 0, "none"), await recordEverywhere(program)];
  expect(shapes(everywhere)).toEqual(shapes(whole));
  for (const name of ["objective.optimizer", "image.decoder", "gradient.negative"]) {
    expect(distance(numbers(whole.tensors[name]), numbers(everywhere.tensors[name])), name).toBeLessThan(1e-4);
  }
});

test("two optimizers are told each by its nodes, and what both draw at one node by their names", async () => {
  const apart = await record(twoOptimizers());
  expect(Object.keys(apart.tensors)).toEqual(
    expect.arrayContaining([
      "noise.sampler",
      "noise.sampler2",
      "objective.optimizer",
      "objective.optimizer2",
      "gradient.second",
    ]),
  );
  expect([...apart.prompts.keys()]).toEqual(["prompts", "prompts.prompts.optimizer", "prompts.prompts.optimizer2"]);
  const resting = await record(twoOptimizers(), 3);
  expect(Object.keys(resting.tensors)).not.toContain("objective.optimizer2");
});

test("an image is foreseen from the last of several late steps, and no mean of them", async () => {
  const several = { steps: 4, gradient: { kind: "foreseen", last: 2, count: 2 } };
  const last = { steps: 4, gradient: { kind: "foreseen", last: 1, count: 1 } };
  const [image, expected] = [several, last].map(async (sampler) => (await record(emojiProgram({ sampler }))).tensors);
  const own = numbers((await image)?.["image.decoder"]);
  expect(distance(own, numbers((await expected)?.["image.decoder"]))).toBeLessThan(1e-6);
});

test("all late steps that are taken are told, and those of a trajectory that is differentiated through", async () => {
  const sampler = { steps: 4, gradient: { kind: "foreseen", last: 3, count: 2 } };
  expect(shapes(await record(emojiProgram({ sampler })))["index.sampler"]).toBe("int64 2");
  const unrolled = { steps: 4, gradient: { kind: "unrolled", steps: 2 } };
  expect(numbers((await record(emojiProgram({ sampler: unrolled }))).tensors["index.sampler"])).toEqual([2, 3]);
});
