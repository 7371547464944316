import { expect, test } from "vitest";
import { compute, farthest } from "../testing/compute.ts";
import { givenScore, infer, open, typed } from "../testing/given-values.ts";
import { addScores } from "./add-scores.ts";

test("scores add up by their weights", async () => {
  const scores = [givenScore("a", 2), givenScore("b", 2)];
  const sum = open(addScores, { scores }, { weights: [1, -0.5] });
  expect(sum.name).toBe("a + -0.5 · b");
  const { value, gradient } = await compute(sum.lower, { a: [1, 2], b: [4, 8] }, { batch: 2 });
  expect(farthest(value, [-1, -2])).toBeLessThan(1e-12);
  const [of = [], against = []] = [gradient["a"], gradient["b"]];
  expect(
    farthest(
      against,
      of.map((n) => -0.5 * n),
    ),
  ).toBeLessThan(1e-12);
});

test("weights that leave nothing to learn from are a fault, and one that does nothing is a warning", () => {
  const of = (refs: string[], weights: number[]) =>
    infer(addScores, { scores: refs.map((ref) => typed(ref, "score")) }, { weights }).faults;
  expect(of(["a", "b"], [0, 0])).toEqual(["reward-weights weights"]);
  expect(of(["a", "a"], [1, -1])).toEqual(["reward-weights weights"]);
  expect(of(["a", "b"], [1, 0])).toEqual(["warning reward-weights weights.1"]);
  expect(of(["a", "b"], [1])).toEqual(["weight-count weights"]);
  expect(of(["a", "b"], [1, -1])).toEqual([]);
});
