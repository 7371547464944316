import { expect, test } from "vitest";
import { deviation, mean, median, standardError } from "./means.ts";

test("mean and sample deviation are those of the textbook", () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  expect(mean(values)).toBe(5);
  expect(deviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(deviation([3])).toBe(0);
  expect(() => mean([])).toThrow("no mean");
});

test("the standard error of a mean shrinks with the root of the values, and a single value has none", () => {
  expect(standardError([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7 / 8), 12);
  expect(standardError([3])).toBeNull();
  expect(() => standardError([])).toThrow("no mean");
});

test("a median is the value in the middle, or the mean of the two, in whatever order they come", () => {
  expect(median([9, 1, 10])).toBe(9);
  expect(median([10, 1, 9, 2])).toBe(5.5);
  expect(() => median([])).toThrow("no median");
});
