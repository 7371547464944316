import { expect, test } from "vitest";
import { growthExponent, lengthFigures } from "./growth-figures.ts";

test.each([0, 1, 1.5])("cost that grows with the power %d is told by that exponent", (exponent) => {
  const points = [4, 8, 16, 32].map((x) => ({ x, seconds: 0.3 * x ** exponent }));
  expect(growthExponent(points)).toBeCloseTo(exponent, 10);
});

test("a long run is judged by its end, to its beginning", () => {
  const points = [
    { x: 100, seconds: 2, bytes: 400 },
    { x: 200, seconds: 9, bytes: 900 },
    { x: 300, seconds: 3, bytes: 500 },
  ];
  expect(lengthFigures(points)).toEqual({ memory: 1.25, pace: 1.5 });
});
