import { expect, test } from "vitest";
import { updateSettings } from "../common/program/update.ts";
import { learningRateAt } from "./learning-rate.ts";

function rates(schedule: string, warmup = 0): number[] {
  const settings = updateSettings.parse({ steps: 4, learningRate: 1, schedule, warmup });
  return [0, 1, 2, 3].map((step) => Number(learningRateAt(step, settings).toFixed(4)));
}

test("the cosine starts at the full rate and ends just above zero", () => {
  expect(rates("cosine")).toEqual([1, 0.8536, 0.5, 0.1464]);
});

test("the line falls by equal amounts", () => {
  expect(rates("linear")).toEqual([1, 0.75, 0.5, 0.25]);
});

test("the warm-up rises to the full rate and the schedule takes what is left", () => {
  expect(rates("constant", 2)).toEqual([0.3333, 0.6667, 1, 1]);
  expect(rates("linear", 2)).toEqual([0.3333, 0.6667, 1, 0.5]);
});
