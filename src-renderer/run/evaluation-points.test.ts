import { expect, test } from "vitest";
import { summarise } from "../../src-main/training/report/evaluation-report.ts";
import { constantGain, sampleScores, SETTINGS } from "../../src-main/training/report/testing/sample-evaluation.ts";
import { previewPoints, reportPoints } from "./evaluation-points.ts";

const preview = (step: number, rewards: number[]) => ({
  name: "",
  step,
  url: "",
  prompts: [],
  seed: 0,
  rewards,
  gap: 4,
});

test("a preview counts with the mean of its images and its standard error, and not where it was not judged", () => {
  expect(previewPoints([preview(0, [1, 3]), preview(20, []), preview(40, [2])])).toEqual([
    { step: 0, mean: 2, error: 1 },
    { step: 40, mean: 2, error: null },
  ]);
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
