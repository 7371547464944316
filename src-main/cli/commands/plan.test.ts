import { expect, test } from "vitest";
import type { RunPlan } from "../../common/run-plan.ts";
import { printRunPlan } from "./plan.ts";

const PLAN: RunPlan = {
  device: "cpu",
  size: { height: 512, width: 512 },
  batch: 8,
  microBatch: 2,
  steps: 100,
  optimizers: [{ name: "optimizer", cuts: ["prediction", "latent", "image"] }],
  stages: [
    {
      name: "unet",
      operators: 3052,
      passes: { count: 102, per: "step" },
      gives: ["prediction"],
      again: [],
      flops: 1564.8e9,
      weights: 3.44e9,
      memory: { mapped: 3.44e9, folded: 0, activations: 0.6e9 },
      seconds: 8.5,
    },
    {
      name: "text encoder",
      operators: 387,
      passes: { count: 1, per: "prompt" },
      gives: ["features of a text"],
      again: [],
      flops: 13.3e9,
      weights: 0.49e9,
      memory: { mapped: 0.49e9, folded: 0, activations: 0.002e9 },
      seconds: 0.1,
    },
  ],
  evaluations: [],
  memory: { peak: 4.2e9, learned: 1.2e9, available: 4e9, staysLoaded: false },
  secondsPerStep: 867,
  problems: [
    {
      severity: "warning",
      code: "plan-memory",
      at: { stage: "unet" },
      message: "needs 4.2 GB",
      help: "make it smaller",
    },
  ],
};

test("a plan is printed as a table, with what it foresees and what will not fit", () => {
  expect(printRunPlan(PLAN)).toMatchInlineSnapshot(`
    "100 steps of 8 images 512×512, 2 at a time, on cpu
    optimizer: its step is cut at prediction, latent, image

    stage         operators      passes   GFLOP  weights  results               gives  seconds
    unet               3052  102 a step  1564.8  3.44 GB  0.60 GB          prediction     8.50
    text encoder        387  1 a prompt    13.3  0.49 GB  0.00 GB  features of a text     0.10

    memory: at most 4.20 GB of 4.00 GB that may be used, 1.20 GB of it what is trained and its optimizer
    not all stages fit together: some are loaded anew in each step, which takes time
    time: 867.0 s a step, 24:05:00 in all
    warning: needs 4.2 GB
      at unet
      help: make it smaller"
  `);
});

test("what an optimizer evaluates counts into the time, with when it may end before its last step", () => {
  const evaluated = { optimizer: "optimizer", count: 11, images: 16, every: 10, patience: 5, flops: 1e12 };
  const linesOf = (...evaluations: RunPlan["evaluations"]): string[] =>
    printRunPlan({ ...PLAN, secondsPerStep: 6, problems: [], evaluations })
      .split("\n")
      .slice(-2);
  expect(linesOf({ ...evaluated, earliest: 50, seconds: 30 })).toEqual([
    "optimizer: 11 evaluations of 16 held-out images, every 10 steps, 30.0 s each; ends early after 5 evaluations without a rise, at step 50 or later",
    "time: 6.0 s a step, 15:30 in all, or less where it ends early",
  ]);
  expect(linesOf({ ...evaluated, patience: 12, earliest: null, seconds: 30 })).toEqual([
    "optimizer: 11 evaluations of 16 held-out images, every 10 steps, 30.0 s each; its last step comes before 12 evaluations without a rise",
    "time: 6.0 s a step, 15:30 in all",
  ]);
});

test("where nothing is drawn, a plan counts examples and tells no size of images", () => {
  const [told] = printRunPlan({ ...PLAN, size: null, microBatch: 8 }).split("\n");
  expect(told).toBe("100 steps of 8 examples, at once, on cpu");
});
