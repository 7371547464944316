import { expect, test } from "vitest";
import type { MetricsPoint } from "../../src-main/common/studio/run.ts";
import { heldOutNames, joinSteps, otherOptimizers, printCsv, smooth, stepsOfOptimizer } from "./metric-series.ts";

const point = (step: number, reward: number, heldOut: MetricsPoint["heldOut"] = {}): MetricsPoint => ({
  step,
  reward,
  rewardDeviation: 0,
  heldOut,
  gradientNorm: 1,
  learningRate: 0.01,
  seconds: 2,
  memoryMB: 900,
});

test("a step that a resumed run did again counts once, as it came last", () => {
  const joined = joinSteps([point(1, 0.1), point(2, 0.2)], [point(2, 0.25), point(3, 0.3)]);
  expect(joined.map(({ step, reward }) => [step, reward])).toEqual([
    [1, 0.1],
    [2, 0.25],
    [3, 0.3],
  ]);
});

test("smoothing keeps what is constant, and begins at the first value", () => {
  expect(smooth([2, 2, 2], 0.9).map((value) => Number(value.toFixed(9)))).toEqual([2, 2, 2]);
  expect(smooth([1, 3], 0.5)).toEqual([1, (0.25 + 1.5) / 0.75]);
  expect(smooth([1, 3], 0)).toEqual([1, 3]);
});

test("the table has a column for every watched reward, and quotes its name", () => {
  const points = [point(1, 0.5), point(2, 0.6, { 'a, "b"': 0.7 })];
  expect(heldOutNames(points)).toEqual(['a, "b"']);
  const [head, first, second] = printCsv(points).split("\r\n");
  expect(head).toBe('step,reward,rewardDeviation,gradientNorm,learningRate,seconds,memoryMB,"heldOut a, ""b"""');
  expect(first).toBe("1,0.5,0,1,0.01,2,900,");
  expect(second).toBe("2,0.6,0,1,0.01,2,900,0.7");
});

test("an optimizer beside the leading one has steps, and columns of the table, of its own", () => {
  const second = { reward: 7, rewardDeviation: 1, heldOut: { taste: 3 }, gradientNorm: 2, learningRate: 0.5 };
  const points = [{ ...point(1, 0.5), updates: { second } }, point(2, 0.6)];
  expect(otherOptimizers(points)).toEqual(["second"]);
  expect(stepsOfOptimizer(points, "second")).toEqual([{ ...point(1, 0.5), ...second }]);
  const rows = printCsv(points)
    .split("\r\n")
    .map((row) => row.split(",").slice(7).join());
  expect(rows).toEqual([
    "second reward,second rewardDeviation,second gradientNorm,second learningRate,second heldOut taste",
    "7,1,2,0.5,3",
    ",,,,",
    "",
  ]);
});
