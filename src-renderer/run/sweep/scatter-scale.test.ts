import { expect, it } from "vitest";
import { scatterScale } from "./scatter-scale.ts";

it("numbers lie by their size, and far apart ones by their powers", () => {
  const even = scatterScale([0, 1, 2]);
  expect(even.at(1)).toBeCloseTo(0.5);
  expect(even.ticks.map(({ words }) => words)).toEqual(["0", "1", "2"]);
  expect(scatterScale([0.001, 0.01, 0.1]).at(0.01)).toBeCloseTo(0.5);
  expect(scatterScale([0, 0.01, 0.1]).at(0.01)).toBeLessThan(0.2);
});

it("one value alone lies in the middle, and words stand side by side in their order", () => {
  expect(scatterScale([3, 3]).at(3)).toBe(0.5);
  const words = scatterScale(["adam", "sgd"]);
  expect([words.at("adam"), words.at("sgd")]).toEqual([0.25, 0.75]);
});

it("labels that would lie on each other are left out", () => {
  expect(scatterScale([0, 0.01, 1]).ticks.map(({ words }) => words)).toEqual(["0", "1"]);
});
