import { expect, test } from "vitest";
import { compute, farthest, pattern } from "../testing/compute.ts";
import { givenConditioning, infer, open, typed } from "../testing/given-values.ts";
import { averageConditioning } from "./average-conditioning.ts";

const names = ["a", "b", "c"];

test("an average is by weights relative to their sum", async () => {
  const conditionings = names.map((name) => givenConditioning(name, [1, 2, 2]));
  const opened = open(averageConditioning, { conditionings }, { weights: [1, 2, 5] });
  const numbers = { a: pattern(4), b: pattern(4, 9), c: pattern(4, 20) };
  const { value, gradient } = await compute(
    (lowering) => opened.lower(lowering)["context"] ?? lowering.b.scalar(NaN),
    numbers,
  );
  const expected = numbers.a.map((n, i) => (n + 2 * (numbers.b[i] ?? NaN) + 5 * (numbers.c[i] ?? NaN)) / 8);
  expect(farthest(value, expected)).toBeLessThan(1e-12);
  const cotangent = (gradient["a"] ?? []).map((n) => 8 * n);
  expect(
    farthest(
      gradient["c"] ?? [],
      cotangent.map((n) => (5 * n) / 8),
    ),
  ).toBeLessThan(1e-12);
});

test("weights that are too few, or that cancel each other, are faults", () => {
  const conditionings = names.map((name) => typed(name, "conditioning"));
  const faults = (weights: number[]) => infer(averageConditioning, { conditionings }, { weights }).faults;
  expect(faults([1, 1])).toEqual(["weight-count weights"]);
  expect(faults([1, 1, -2])).toEqual(["conditioning-weights weights"]);
  expect(faults([1, 1, -1])).toEqual([]);
});
