import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { CutChoice } from "../common/cut-choice.ts";
import { mayEndEarly, type RunPlan, secondsInAll } from "../common/run-plan.ts";
import { countFlops } from "../compiler/cost.ts";
import { programFunctions } from "../program/functions/index.ts";
import { openProgram } from "../program/open-program.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { openHost } from "../sampling/open-host.ts";
import { startProgram } from "../sampling/program-run.ts";
import { openEarlyStopping } from "./early-stopping.ts";
import { learnStep } from "./learn-step.ts";
import { initialParameter, type LearningState } from "./learning-state.ts";
import { type OpenedUpdates, openUpdates } from "./open-updates.ts";
import { planRun, type RunPlanOptions } from "./run-plan.ts";
import { EARLY_STOPPING, emojiProgram, type EmojiOptions } from "./testing/emoji-program.ts";

const SMALL = { settings: { steps: 1, batch: 4, microBatch: 2 }, prompts: ["rocket"] };

const opened: StageSessions[] = [];
afterEach(async () => {
  for (const sessions of opened.splice(0)) await sessions.release();
});

function open(options: EmojiOptions, cuts: CutChoice, budget?: number) {
  const sessions = new StageSessions("cpu");
  opened.push(sessions);
  const run = startProgram(openProgram(emojiProgram(options), programFunctions, openHost(sessions)), sessions);
  return { run, updates: openUpdates(run, { cuts, ...(budget === undefined ? {} : { budget }) }) };
}

function plan(options: EmojiOptions, cuts: CutChoice = "auto", given: RunPlanOptions = {}): Promise<RunPlan> {
  const { run, updates } = open(options, cuts, given.budget);
  return planRun(run, updates, given);
}

/** Of a run that learns a negative embedding alone. */
async function startOf(updates: OpenedUpdates): Promise<LearningState> {
  const [parameter] = [...updates.values()].flatMap(({ parameters }) => parameters);
  if (parameter === undefined) throw new Error("there is no parameter");
  return { step: 0, parameters: { negative: initialParameter(await parameter.initial(), false) }, stopping: {} };
}

test.each(["none", "borders", "auto"] as const)(
  "the passes of a step cut by %s are those that a step makes",
  async (cuts) => {
    const sampler = { steps: 3, gradient: { kind: "foreseen", last: 1, count: 1 } };
    const { run, updates } = open({ ...SMALL, sampler }, cuts);
    const passed = vi.spyOn(run.sessions, "pass");
    const state = await startOf(updates);
    passed.mockClear();
    await learnStep(updates, state);
    const made: Record<string, number> = {};
    for (const [{ name }] of passed.mock.calls) made[name] = (made[name] ?? 0) + 1;
    const { stages } = await planRun(run, updates);
    const planned = stages.filter(({ passes }) => passes.per === "step");
    expect(Object.fromEntries(planned.map(({ name, passes }) => [name, passes.count]))).toEqual(
      Object.fromEntries(planned.map(({ name }) => [name, made[name]])),
    );
  },
);

test("a parameter of many tensors is told once among what a part gives", async () => {
  const { stages } = await plan({
    ...SMALL,
    calls: {
      adapted: { fn: "lora", inputs: { unet: "pipeline.unet" }, settings: { id: "adapted", rank: 2 } },
      unet: { fn: "model", inputs: { unet: "adapted" } },
    },
    updates: {
      optimizer: { objective: "reward", parameters: ["adapted"], settings: { steps: 1, batch: 2, microBatch: 2 } },
    },
  });
  const given = stages.flatMap(({ gives }) => gives.filter((name) => name.includes("adapted")));
  expect(given).toEqual(["gradient of adapted"]);
});

test("sampling is as long as the step whose gradient is taken is late, on average", async () => {
  const sampler = { steps: 30, gradient: { kind: "foreseen", last: 10, count: 1 } };
  const { stages } = await plan({ ...SMALL, sampler }, "borders");
  // 21 to 30 steps, for each of two parts.
  expect(stages.find(({ name }) => name === "unet")?.passes).toEqual({ count: 51, per: "step" });
});

test("in one piece nothing is computed again; cut at the borders, every network but the rewards is", async () => {
  const whole = await plan(SMALL, "none");
  expect(whole.optimizers).toEqual([{ name: "optimizer", cuts: [] }]);
  expect(whole.stages.flatMap(({ again }) => again)).toEqual([]);
  const parts = await plan(SMALL, "borders");
  expect(parts.optimizers).toEqual([{ name: "optimizer", cuts: ["prediction", "latent", "image"] }]);
  expect(parts.stages.flatMap(({ again }) => again)).toEqual(["vae decoder", "unet"]);
  const work = ({ stages }: RunPlan): number =>
    stages.reduce((sum, { flops, passes }) => sum + (passes.per === "step" ? flops * passes.count : 0), 0);
  expect(work(whole)).toBeLessThan(work(parts));
});

test("what is learned in front of the text encoder is cut from the network that draws, and gone back to through both", async () => {
  const negative = {
    fn: "token embedding",
    inputs: { encoder: "pipeline.encoder" },
    settings: { id: "negative", count: 2, start: { kind: "text", text: "blurry" } },
  };
  const { optimizers, stages } = await plan({ ...SMALL, calls: { negative } }, "borders");
  expect(optimizers).toEqual([{ name: "optimizer", cuts: ["conditioning", "prediction", "latent", "image"] }]);
  const backwards = stages.filter(({ name }) => name.endsWith("backwards"));
  expect(backwards.slice(-2)).toMatchObject([
    { name: "unet backwards", gives: ["gradient of conditioning"], again: ["unet"] },
    { name: "text encoder backwards", gives: ["gradient of negative"], again: ["text encoder"] },
  ]);
});

test("where memory is short the graph is cut, inside of networks too, and needs less", async () => {
  const unet = { fn: "model", inputs: { unet: "pipeline.unet" }, settings: { size: { height: 256, width: 256 } } };
  const large = { ...SMALL, calls: { unet } };
  const roomy = await plan(large, "auto", { budget: 40e9 });
  const short = await plan(large, "auto", { budget: 0.9 * roomy.memory.peak });
  expect(short.optimizers[0]?.cuts.length).toBeGreaterThan(roomy.optimizers[0]?.cuts.length ?? 9);
  expect(short.memory.peak).toBeLessThan(roomy.memory.peak);
  const tight = await plan(large, "auto", { budget: 1 });
  expect(tight.optimizers[0]?.cuts).toContain("hidden state of vae decoder");
  expect(tight.memory.peak).toBeLessThan(short.memory.peak);
  const again = tight.stages.filter(({ gives }) => gives.includes("gradient of hidden state"));
  expect(again.flatMap((stage) => stage.again)).toContain("vae decoder");
  // What is kept of texts counts where the graph is cut, as it does in the plan.
  const oneByteShort = await plan(large, "auto", { budget: roomy.memory.peak - 1 });
  expect(oneByteShort.memory.peak).toBeLessThan(roomy.memory.peak);
});

test("a step that is measured takes as long as its passes together", async () => {
  const { stages, secondsPerStep } = await plan(SMALL, "auto", { measure: true });
  const sum = stages.reduce(
    (s, { passes, seconds = NaN }) => s + (passes.per === "step" ? passes.count * seconds : 0),
    0,
  );
  expect(sum).toBeGreaterThan(0);
  expect(secondsPerStep).toBeCloseTo(sum, 6);
});

test("the size of a run is that of the images that it draws, whichever optimizer draws them", async () => {
  const settings = { steps: 1, batch: 2, microBatch: 2 };
  const scoreOf = (which: "better" | "worse") => ({
    [`${which}-image`]: { fn: "pair image", inputs: { pairs: "pairs", reward: "taste" }, settings: { which } },
    [which]: { fn: "score by reward", inputs: { image: `${which}-image`, reward: "taste" } },
  });
  const { size, batch } = await plan({
    ...SMALL,
    calls: {
      pairs: { fn: "preference pairs", settings: { source: "emoji:pairs" } },
      taste: { fn: "reward head", settings: { id: "taste", path: "emoji:rewards/preference" } },
      ...scoreOf("better"),
      ...scoreOf("worse"),
      loss: { fn: "preference loss", inputs: { pairs: "pairs", better: "better", worse: "worse" } },
    },
    updates: {
      optimizer: { objective: "loss", parameters: ["taste"], settings },
      drawing: { objective: "reward", parameters: ["negative"], settings: { ...settings, batch: 4 } },
    },
  });
  expect({ size, batch }).toEqual({ size: { height: 64, width: 64 }, batch: 2 });
});

const STOPPING = { ...EARLY_STOPPING, every: 3, count: 5 };

test("the evaluations of a run that may end early are those that it makes, and take as long as their passes", async () => {
  const sampler = { steps: 3, gradient: { kind: "foreseen", last: 1, count: 1 } };
  const settings = { steps: 10, batch: 2, microBatch: 2 };
  const options = { prompts: ["rocket"], sampler, settings, sinks: { optimizer: STOPPING } };
  const { run, updates } = open(options, "none");
  const { evaluations, stages, secondsPerStep } = await planRun(run, updates, { measure: true });
  // Of the start, after 3, 6 and 9 steps, and of the last.
  expect(evaluations).toEqual([
    {
      optimizer: "optimizer",
      count: 5,
      images: 5,
      every: 3,
      patience: 2,
      earliest: 6,
      flops: expect.any(Number),
      seconds: expect.any(Number),
    },
  ]);
  const passed = vi.spyOn(run.sessions, "run");
  const folder = mkdtempSync(join(tmpdir(), "reneg-plan-"));
  const state = await startOf(updates);
  passed.mockClear();
  await openEarlyStopping(run, { folder, emit: async () => undefined }).evaluate(state);
  rmSync(folder, { recursive: true });
  let flops = 0;
  for (const [stage] of passed.mock.calls)
    if (!stage.name.startsWith("text encoder")) flops += countFlops(run.sessions.prepare(stage.build()).graph);
  expect(evaluations[0]?.flops).toBe(flops);
  expect(secondsInAll({ steps: 10, secondsPerStep, evaluations })).toBeCloseTo(
    10 * (secondsPerStep ?? NaN) + 5 * (evaluations[0]?.seconds ?? NaN),
    6,
  );
  expect(stages.length).toBeGreaterThan(0);
});

test("a run whose last step comes before its patience is over is not said to end early", async () => {
  const sinks = { optimizer: { ...STOPPING, every: 2 } };
  const told = async (steps: number) => {
    const { evaluations, optimizers } = await plan({ ...SMALL, settings: { ...SMALL.settings, steps }, sinks });
    return [evaluations[0]?.earliest, mayEndEarly({ evaluations, optimizers })];
  };
  expect(await told(4)).toEqual([null, false]);
  expect(await told(5)).toEqual([4, true]);
});

test("a stage that does not fit is told with what the run can change", async () => {
  const helpFor = async (microBatch: number) => {
    const settings = { ...SMALL.settings, microBatch };
    const { problems } = await plan({ ...SMALL, settings }, "auto", { budget: 1e8 });
    return new Set(problems.map(({ help }) => help));
  };
  const alone = "make images smaller (`size`), close other programs, or run it on a machine with more memory";
  const together = "make the micro-batch size (`microBatch`) smaller than 2; the batch size may stay as it is";
  expect(await helpFor(1)).toEqual(new Set([alone]));
  expect(await helpFor(2)).toEqual(new Set([together]));
});

test("with memory enough there is no problem, and everything stays loaded", async () => {
  const { memory, problems } = await plan(SMALL, "auto", { budget: 40e9 });
  expect(problems).toEqual([]);
  expect(memory.staysLoaded).toBe(true);
});
