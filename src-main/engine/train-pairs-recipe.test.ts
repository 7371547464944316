// A reward from a recipe and back: one recipe learns and saves it, another raises it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { DrawingRecipeInput } from "../common/drawing-recipe.ts";
import type { PairsRecipeInput } from "../common/pairs-recipe.ts";
import type { RunPlan } from "../common/run-plan.ts";
import { openUpdates } from "../learning/open-updates.ts";
import { readProgram } from "../learning/program-file.ts";
import { planRun } from "../learning/run-plan.ts";
import { train, type TrainOutcome } from "../learning/train.ts";
import { openReward } from "../models/reward/open-reward.ts";
import { openRun } from "../sampling/open-run.ts";
import { readProgramFile } from "./program-file.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-pairs-recipe-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]): string => join(folder, ...names);

function save(name: string, recipe: PairsRecipeInput | DrawingRecipeInput): string {
  writeFileSync(at(name), JSON.stringify(recipe));
  return at(name);
}

interface Limits {
  readonly resume?: boolean;
  readonly stopAfter?: number;
}

async function learn(
  program: ReturnType<typeof readProgram>,
  run: string,
  { resume = false, stopAfter = Infinity }: Limits = {},
): Promise<TrainOutcome> {
  const controller = new AbortController();
  return train(program, {
    folder: at(run),
    resume,
    device: "cpu",
    signal: controller.signal,
    emit: (event) => {
      if (event.type === "step" && event.step >= stopAfter) controller.abort();
      return Promise.resolve();
    },
  });
}

function meanOf(points: TrainOutcome["metrics"]): number {
  return points.reduce((sum, { reward }) => sum + reward, 0) / points.length;
}

const BASE = "emoji:rewards/preference";
const head = save("head.json", {
  pairs: { path: "emoji:pairs", heldBack: 0.3 },
  learn: [{ kind: "reward head", base: BASE, features: "image and prompt" }],
  steps: 60,
  optimizer: { learningRate: 0.1 },
});

test("a reward of a recipe orders pairs that were held back, and is one that another recipe raises", async () => {
  const { metrics, heldBack, embedding } = await learn(readProgramFile(head).program, "head");
  expect(meanOf(metrics.slice(-10))).toBeGreaterThan(meanOf(metrics.slice(0, 10)) + 0.04);
  expect(heldBack).toMatchObject([{ score: "held-back accuracy", isShare: true, heldBack: 14, examples: 14 }]);
  expect(heldBack[0]?.value.mean).toBeGreaterThan(0.85);
  expect(embedding).toBe(at("head", "reward.safetensors"));
  expect(openReward(embedding).kind).toBe("trained-head");
  const raising = save("raising.json", {
    prompts: ["a red apple"],
    rewards: [{ path: embedding }],
    sampler: { steps: 2, lastSteps: 1, guidance: 2 },
    steps: 1,
    batch: 1,
    previews: [],
  });
  const { state } = await learn(readProgramFile(raising).program, "raising");
  const { value, start } = state.parameters["negative"] ?? {};
  expect(value).not.toEqual(start);
}, 120_000);

async function planWithin(budget: number, recipe: string): Promise<RunPlan> {
  const run = await openRun(readProgramFile(recipe).program, { device: "cpu" });
  const plan = await planRun(run, openUpdates(run, { cuts: "auto", budget }), { budget });
  await run.sessions.release();
  return plan;
}

test("the plan of a recipe from pairs tells its stages, and no size of images", async () => {
  const plan = await planWithin(1e9, head);
  expect(plan).toMatchObject({ size: null, steps: 60, problems: [] });
  expect(plan.stages.flatMap(({ gives }) => gives)).toContain("gradient of reward");
});

test("where memory is short, a recipe from pairs is not told to draw smaller images", async () => {
  const single = save("single.json", {
    pairs: "emoji:pairs",
    learn: [{ kind: "reward head", base: BASE }],
    batch: 2,
    microBatch: 1,
  });
  const { problems } = await planWithin(1e8, single);
  expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["plan-memory"]));
  const help = new Set(problems.map((problem) => problem.help));
  expect(help).toEqual(new Set(["close other programs, or run it on a machine with more memory"]));
});

const saveAs = "taste.safetensors";

test.each<readonly [title: string, learned: PairsRecipeInput["learn"]]>([
  ["a LoRA", [{ kind: "reward lora", base: BASE, rank: 2, saveAs }]],
  ["a head", [{ kind: "reward head", base: BASE, features: "image and prompt", hidden: 3, saveAs }]],
])(
  "%s of a recipe that was stopped and resumed ends with the same bits as one that never was, and is judged the same",
  async (_, learned) => {
    const [{ kind }] = learned;
    const [unbroken, broken] = [`${kind}, unbroken`, `${kind}, broken`];
    const recipe = save(`${kind}.json`, {
      pairs: "emoji:pairs",
      learn: learned,
      steps: 4,
      batch: 2,
      microBatch: 2,
      emaDecay: 0.5,
    });
    const { program } = readProgramFile(recipe);
    const whole = await learn(program, unbroken);
    const stopped = await learn(program, broken, { stopAfter: 2 });
    expect(stopped).toMatchObject({ stopped: true, state: { step: 2 }, heldBack: [] });
    const resumed = await learn(readProgram(at(broken)), broken, { resume: true });
    expect(resumed).toMatchObject({ stopped: false, state: { step: 4 } });
    const bytes = (run: string): Buffer => readFileSync(at(run, saveAs));
    expect(bytes(broken).equals(bytes(unbroken))).toBe(true);
    expect(resumed.heldBack).toEqual(whole.heldBack);
    expect(whole.heldBack).toMatchObject([{ isShare: true, of: "pair" }]);
  },
  120_000,
);
