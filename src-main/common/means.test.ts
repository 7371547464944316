import { expect, test } from "vitest";
import { deviation, mean } from "./means.ts";

test("mean and sample deviation are those of the textbook", () => {
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  expect(mean(values)).toBe(5);
  expect(deviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(deviation([3])).toBe(0);
  expect(() => mean([])).toThrow("no mean");
});
