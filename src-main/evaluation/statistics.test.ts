import { expect, test } from "vitest";
import { pairedBootstrap, winRate } from "./statistics.ts";

test("a win counts one, a tie a half, a loss nothing", () => {
  expect(winRate([1, 2, 3, 4], [0, 2, 5, 3])).toBe(2.5 / 4);
  expect(() => winRate([1], [])).toThrow("cannot be paired");
});

test("the interval is the one numpy finds with 4 million resamples", () => {
  const a = [1.3, 0.9, 1.5, 1.2, 1.4, 1.0, 1.6, 0.8, 1.1, 1.25, 1.35, 1.15];
  const b = a.map(() => 1);
  const { mean: middle, low, high } = pairedBootstrap(a, b, { seed: 3 });
  expect(middle).toBeCloseTo(0.2125, 12);
  // numpy.quantile of the means of rng.integers(0, 12, (4_000_000, 12)): 0.08333, 0.34167.
  expect(Math.abs(low - 0.08333)).toBeLessThan(0.005);
  expect(Math.abs(high - 0.34167)).toBeLessThan(0.005);
});

test("equal differences leave no doubt", () => {
  expect(pairedBootstrap([3, 4, 5], [1, 2, 3], { resamples: 100 })).toEqual({ mean: 2, low: 2, high: 2 });
});

test("pairing matters: a constant gain shows through prompts that differ widely", () => {
  const b = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
  const a = b.map((value, i) => value + 1 + 0.1 * (i % 2));
  const { low, high } = pairedBootstrap(a, b, { resamples: 1000 });
  expect(low).toBeGreaterThan(1);
  expect(high).toBeLessThan(1.1);
});

test("the same seed gives the same interval, another seed another", () => {
  const a = Array.from({ length: 30 }, (_, i) => Math.sin(i));
  const b = a.map((_, i) => Math.cos(i));
  const draw = (seed: number): object => pairedBootstrap(a, b, { resamples: 500, seed });
  expect(draw(1)).toEqual(draw(1));
  expect(draw(2)).not.toEqual(draw(1));
});
