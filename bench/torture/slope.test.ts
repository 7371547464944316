import { expect, test } from "vitest";
import { slopeOf } from "./slope.ts";

test("a line has its own slope, and noise that is even has none", () => {
  expect(slopeOf([3, 5, 7, 9])).toBeCloseTo(2);
  expect(slopeOf([1, 2, 1, 2, 1])).toBeCloseTo(0);
  expect(slopeOf([4, 4])).toBe(0);
});
