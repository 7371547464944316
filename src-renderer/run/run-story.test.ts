import { expect, test } from "vitest";
import { runStory } from "./run-story.ts";

const mean = (value: number) => ({ mean: value, error: 0.006, steps: 8 });
const evaluated = {
  prompts: 32,
  pairs: 32,
  train: {
    none: 0.614,
    handwritten: 0.653,
    learned: 0.731,
    gain: { mean: 0.117, low: 0.097, high: 0.137 },
    wins: 30 / 32,
  },
  heldOut: {
    none: 0.717,
    handwritten: 0.736,
    learned: 0.768,
    gain: { mean: 0.051, low: 0.039, high: 0.063 },
    wins: 0.85,
  },
};
const metrics = [
  { step: 1, reward: 0.6, rewardDeviation: 0, heldOut: {}, gradientNorm: 1, learningRate: 1, seconds: 80, memoryMB: 1 },
];
const preview = (step: number, rewards: number[]) => ({
  name: "",
  step,
  url: "",
  prompts: [],
  seed: 0,
  rewards,
  gap: 4,
});
const run = {
  step: 40,
  total: 40,
  reward: { first: mean(0.62), last: mean(0.71) },
  evaluated,
  evaluations: [],
  evaluationsOpen: 0,
  earlyStopping: [],
  heldBack: [],
  workflow: null,
  name: "Emoji",
  metrics,
  previews: [preview(0, [0.5, 0.6]), preview(40, [0.6, 0.72])],
};

test("a run that gained says by how much, how sure that is, and whether it carries over", () => {
  expect(runStory(run)).toEqual([
    "It has learned for 40 steps, in 1 min 20 s.",
    "While training, the reward rose: 0.620 ± 0.006 → 0.710 ± 0.006 (first and last 8 steps).",
    "The preview images, always of the same prompts and noise, gained +0.110 ± 0.010 from the first to the last.",
    "On 32 prompts that nothing was learned from, and the same seeds, the mean reward is 0.614 without a negative, 0.653 with the handwritten one and 0.731 with the learned one.",
    "That is +0.117, 95 % +0.097 … +0.137 against no negative; the learned one wins 30 of 32 images.",
    "On the held-out reward, which it was never trained against, it is +0.051, 95 % +0.039 … +0.063: the gain carries over.",
  ]);
});

test("a change within twice its error is none, and an interval around nothing proves nothing", () => {
  const story = runStory({
    ...run,
    reward: { first: mean(0.62), last: mean(0.63) },
    evaluated: { ...evaluated, heldOut: { ...evaluated.heldOut, gain: { mean: 0.01, low: -0.01, high: 0.03 } } },
  });
  expect(story[1]).toContain("by chance");
  expect(story.at(-1)).toContain("cannot be told");
});

test("what is learned while its evaluation is open is said to be kept", () => {
  expect(runStory({ ...run, evaluated: null, evaluationsOpen: 1 }).at(-1)).toContain("What was learned is kept");
  expect(runStory({ ...run, evaluated: null, evaluationsOpen: 1, step: 3 }).at(-1)).not.toContain("kept");
});

test("before the first step nothing is told", () => {
  expect(runStory({ ...run, reward: null })).toEqual([]);
});

test("a run that stopped early says when, and which step was kept", () => {
  const evaluations = [10, 20, 30].map((step) => ({ step, scores: [step === 10 ? 0.7 : 0.6] }));
  const stopping = { optimizer: "optimizer", reward: "held-out", patience: 2, evaluations, isStopped: true };
  expect(runStory({ ...run, step: 30, total: 100, earlyStopping: [stopping] })).toContain(
    "Stopped at step 30: the held-out reward has not risen since step 10, which was kept.",
  );
  const two = runStory({ ...run, earlyStopping: [stopping, { ...stopping, optimizer: "second", isStopped: false }] });
  expect(two).toContain("Second: the held-out reward was highest at step 10; 2 evaluations since then without a rise.");
});

test("a reward that was learned says how many of the held-back pairs it orders right", () => {
  const accuracy = {
    optimizer: "optimizer",
    score: "held-back accuracy",
    isShare: true,
    of: "pair" as const,
    examples: 200,
    heldBack: 200,
    value: { mean: 0.975, low: 0.943, high: 0.989 },
  };
  const told = "eld-back accuracy: 97.5 % (95 % 94.3 … 98.9) of 200 held-back pairs.";
  expect(runStory({ ...run, evaluated: null, heldBack: [accuracy] })).toContain(`H${told}`);
  const second = { ...accuracy, optimizer: "second" };
  expect(runStory({ ...run, heldBack: [accuracy, second] })).toContain(`Second: h${told}`);
});
