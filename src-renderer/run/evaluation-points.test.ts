import { expect, test } from "vitest";
import { summarise } from "../../src-main/evaluation/evaluation-report.ts";
import { constantGain, sampleScores, SETTINGS } from "../../src-main/evaluation/testing/sample-evaluation.ts";
import { previewGain, previewPoints, reportPoints } from "./evaluation-points.ts";

const preview = (step: number, rewards: number[]) => ({
  name: "",
  step,
  url: "",
  prompts: [],
  seed: 0,
  rewards,
  gap: 4,
});

test("a preview counts with the mean of its images and the error of their gain, and not where it was not judged", () => {
  expect(previewPoints([preview(0, [1, 3]), preview(20, []), preview(40, [2, 5])])).toEqual([
    { step: 0, mean: 2, error: null },
    { step: 40, mean: 3.5, error: 0.5 },
  ]);
});

test("what previews gained is told image by image, for they are of the same prompts and noise", () => {
  const gain = previewGain([preview(40, [0.6, 0.9]), preview(0, [0.5, 0.7]), preview(20, [])]);
  expect(gain?.mean).toBeCloseTo(0.15, 12);
  expect(gain?.error).toBeCloseTo(0.05, 12);
  expect(previewGain([preview(0, [0.5])])).toBeNull();
});

test("an evaluation gives the mean without a negative at the start and the learned one's at the end", () => {
  const report = summarise({
    scores: sampleScores(4, 2, {
      train: constantGain({ null: -0.4, handcrafted: -0.2, learned: 0.1 }),
      heldOut: constantGain({ null: 0.2, handcrafted: 0.3, learned: 0.25 }),
    }),
    settings: SETTINGS,
    seconds: 1,
    peakMemoryMB: 1,
  });
  const points = reportPoints(report, "train", 60);
  expect(points.map(({ step, mean }) => [step, mean])).toEqual([
    [0, report.rewards.train.null],
    [60, report.rewards.train.learned],
  ]);
  expect(points[0]?.error).toBeGreaterThan(0);
  expect(reportPoints(report, "heldOut", 60)[1]?.mean).toBeCloseTo(report.rewards.heldOut.learned, 12);
});
