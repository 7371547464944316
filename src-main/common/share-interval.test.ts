import { expect, test } from "vitest";
import { printShare, shareInterval } from "./share-interval.ts";

test("the interval of a share is Wilson's", () => {
  expect(printShare(shareInterval(183, 200))).toBe("91.5 % (95 % 86.8 … 94.6)");
  expect(printShare(shareInterval(195, 200))).toBe("97.5 % (95 % 94.3 … 98.9)");
  // Agresti and Coull 1998: of none of 10, z² / (n + z²).
  expect(shareInterval(0, 10)).toEqual({ mean: 0, low: expect.closeTo(0, 12), high: expect.closeTo(0.277533, 6) });
});

test("it is the same from the other side, and within 0 and 1 for one case alone", () => {
  const [some, others] = [shareInterval(3.5, 12), shareInterval(8.5, 12)];
  expect(1 - some.low).toBeCloseTo(others.high, 12);
  expect(1 - some.high).toBeCloseTo(others.low, 12);
  expect(shareInterval(1, 1)).toEqual({ mean: 1, low: expect.closeTo(0.206549, 6), high: expect.closeTo(1, 12) });
});

test("no cases have no share", () => {
  expect(() => shareInterval(0, 0)).toThrow("0 of 0");
  expect(() => shareInterval(3, 2)).toThrow("3 of 2");
});
