import { expect, test } from "vitest";
import { evaluationReport } from "../common/evaluation-report.ts";
import { evaluationSummary } from "../common/evaluation-summary.ts";
import { summarise } from "./evaluation-report.ts";
import { constantGain, sampleScores, SETTINGS } from "./testing/sample-evaluation.ts";

const RUN = { settings: SETTINGS, seconds: 240, peakMemoryMB: 1500 };

const GAINS = {
  train: constantGain({ null: 0, handcrafted: 0.25, learned: 0.5 }),
  heldOut: constantGain({ null: 1, handcrafted: 1.5, learned: 1.25 }),
};

test("means, win rates and intervals are those of the scores", () => {
  const report = summarise({ scores: sampleScores(8, 2, GAINS), ...RUN });
  // The prompts add 0, 0.1, 0.2, 0.3 in turn: 0.15 on average.
  expect(report.rewards.train.null).toBeCloseTo(0.15, 12);
  expect(report.rewards.train.handcrafted).toBeCloseTo(0.4, 12);
  expect(report.rewards.train.learned).toBeCloseTo(0.65, 12);
  expect(report.rewards.heldOut.learned).toBeCloseTo(1.4, 12);
  expect(report.winRate).toEqual({ vsNull: 1, vsHandcrafted: 1 });
  expect(report.heldOutWinRate).toEqual({ vsNull: 1, vsHandcrafted: 0 });
  const { trainVsNull, heldOutVsHandcrafted } = report.intervals;
  for (const value of [trainVsNull.mean, trainVsNull.low, trainVsNull.high]) expect(value).toBeCloseTo(0.5, 12);
  expect(heldOutVsHandcrafted.high).toBeCloseTo(-0.25, 12);
  expect([report.prompts.length, report.seeds]).toEqual([8, [0, 1]]);
});

test("pairs are matched by prompt and seed, in whatever order the scores come", () => {
  const scores = sampleScores(7, 3, {
    train: (condition, prompt, seed) => Math.sin(prompt * 5 + seed) + (condition === "learned" ? 0.01 : 0),
    heldOut: (_, prompt, seed) => prompt * seed,
  });
  const shuffled = scores.map((_, i) => scores[(i * 10) % scores.length]).filter((score) => score !== undefined);
  const report = summarise({ scores: shuffled, ...RUN });
  expect(report.winRate.vsNull).toBe(1);
  expect(report.heldOutWinRate).toEqual({ vsNull: 0.5, vsHandcrafted: 0.5 });
});

test("more seeds of the same prompts do not feign more evidence", () => {
  const noisy = (_: unknown, prompt: number): number => Math.sin(prompt * 13);
  const width = (seeds: number): number => {
    const train = (condition: string, prompt: number): number => (condition === "learned" ? noisy(0, prompt) : 0);
    const { low, high } = summarise({ scores: sampleScores(10, seeds, { train, heldOut: noisy }), ...RUN }).intervals
      .trainVsNull;
    return high - low;
  };
  expect(width(3)).toBeCloseTo(width(1), 12);
});

test("several held-out rewards are reported each by its name and on its own scale", () => {
  const scores = sampleScores(4, 1, GAINS).map((score) => ({
    ...score,
    others: { PickScore_v1: 20 + 2 * score.train },
  }));
  const report = summarise({ scores, ...RUN });
  const [other] = report.others ?? [];
  expect(other?.name).toBe("PickScore_v1");
  expect(other?.rewards.learned).toBeCloseTo(21.3, 12);
  expect(other?.winRate).toEqual({ vsNull: 1, vsHandcrafted: 1 });
  expect(other?.intervals.vsHandcrafted.low).toBeCloseTo(0.5, 12);
  // The first is as if it were alone.
  expect(report.rewards.heldOut).toEqual(summarise({ scores: sampleScores(4, 1, GAINS), ...RUN }).rewards.heldOut);
  expect(evaluationReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  const summary = evaluationSummary(report);
  for (const row of ["held-out: PickScore_v1", "no negative, PickScore_v1", "On PickScore_v1, also held out"]) {
    expect(summary).toContain(row);
  }
});

test("the report is what the schema says, and survives JSON", () => {
  const perSample = [{ prompt: "rocket", global: 0.2, perSample: 0.3 }];
  const report = summarise({ scores: sampleScores(4, 1, GAINS), ...RUN, perSample });
  expect(evaluationReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
});

test("a missing or repeated score is our own fault", () => {
  const scores = sampleScores(4, 2, GAINS);
  expect(() => summarise({ scores: scores.slice(1), ...RUN })).toThrow("23 scores for 4 prompts × 2 seeds");
  const [first, , ...rest] = scores;
  expect(() => summarise({ scores: first ? [first, first, ...rest] : [], ...RUN })).toThrow(
    'no score of "prompt 0" from seed 1 under null',
  );
});
