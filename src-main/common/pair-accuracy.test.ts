import { expect, test } from "vitest";
import { describeAccuracy, pairAccuracyOf } from "./pair-accuracy.ts";

test("a pair is right where the better image scores higher, and half right where both score the same", () => {
  const found = pairAccuracyOf([0.2, 1e-9, -0.1, 0]);
  expect(found).toMatchObject({ pairs: 4, right: 2, equal: 1, accuracy: { mean: 0.625 } });
  if (found !== null) expect(describeAccuracy(found)).toBe("62.5 % (95 % 21.9 … 90.8) of 4 pairs");
});

test("nothing is said of no pairs", () => {
  expect(pairAccuracyOf([])).toBeNull();
});
