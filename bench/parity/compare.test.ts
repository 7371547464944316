import { expect, test } from "vitest";
import { cosine, isWithin, maximalDifference, norm, relativeError } from "./compare.ts";

test("the relative error is the largest difference over the largest expected magnitude", () => {
  expect(relativeError([1, -3.5], [1, -4])).toBe(0.125);
  expect(relativeError([0], [0])).toBe(0);
  expect(relativeError([1e-9], [0])).toBe(Infinity);
});

test("a result that is no number is infinitely far off", () => {
  expect(maximalDifference([0, NaN], [0, 1])).toBe(Infinity);
});

test("results of another length are an error, not a comparison of their common part", () => {
  expect(() => relativeError([1], [1, 2])).toThrow("1 numbers cannot be compared with 2");
});

test("the cosine ignores length, and the norm ignores direction", () => {
  expect(cosine([3, 0], [5, 0])).toBe(1);
  expect(cosine([3, 0], [0, 5])).toBe(0);
  expect(norm([3, -4])).toBe(5);
});

test("a limit holds at its own value and never for NaN", () => {
  const figure = { subject: "", quantity: "", measure: "" };
  expect(isWithin({ ...figure, value: 1, limit: { atMost: 1 } })).toBe(true);
  expect(isWithin({ ...figure, value: 1.1, limit: { atMost: 1 } })).toBe(false);
  expect(isWithin({ ...figure, value: 0.9, limit: { atLeast: 1 } })).toBe(false);
  expect(isWithin({ ...figure, value: NaN, limit: { atMost: 1 } })).toBe(false);
});
