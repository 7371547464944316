import { expect, test } from "vitest";
import { bestMeanOf, coursesOfOthers, rewardCourseOf } from "./reward-course.ts";

/** A clear rise under batches that differ more than it from one step to the next. */
const rising = Array.from({ length: 50 }, (_, step) => 0.6 + 0.002 * step + 0.05 * Math.sin(2.4 * step));

test("a rise that single batches hide is seen in the means of the first and the last fifth", () => {
  const [atFirst = NaN, atLast = NaN] = [rising[0], rising.at(-1)];
  expect(atLast - atFirst, "the batches alone tell half of it").toBeLessThan(0.06);
  const { first, last } = rewardCourseOf(rising) ?? {};
  expect([first?.steps, last?.steps]).toEqual([10, 10]);
  const rise = Number(last?.mean) - Number(first?.mean);
  expect(rise).toBeCloseTo(0.08, 1);
  expect(rise).toBeGreaterThan(2 * Number(first?.error));
});

test("the standard error is the deviation of the steps over the root of their number", () => {
  expect(rewardCourseOf([1, 3])).toEqual({ first: null, last: { mean: 2, error: Math.SQRT2 / Math.SQRT2, steps: 2 } });
});

test("too few steps have no beginning and end, one step has no error, none have nothing", () => {
  expect(rewardCourseOf([0.5, 0.7, 0.6, 0.5, 0.7])?.first).toBeNull();
  expect(rewardCourseOf([0.5, 0.7, 0.6, 0.5, 0.7, 0.6])?.first?.steps).toBe(3);
  expect(rewardCourseOf([0.5])).toEqual({ first: null, last: { mean: 0.5, error: null, steps: 1 } });
  expect(rewardCourseOf([])).toBeNull();
});

test("of a long run the ends stay short", () => {
  expect(rewardCourseOf(Array.from({ length: 4000 }, (_, step) => step))).toMatchObject({
    first: { mean: 24.5, steps: 50 },
    last: { mean: 3974.5, steps: 50 },
  });
});

test("each optimizer beside the leading one has a course of its own steps", () => {
  const told = (reward: number) => ({ updates: { second: { reward } } });
  expect(coursesOfOthers([told(1), told(3), {}])).toEqual({ second: rewardCourseOf([1, 3]) });
  expect(coursesOfOthers([{}])).toEqual({});
});

test("the best mean is that of the best consecutive steps, not of the best single one", () => {
  expect(bestMeanOf([])).toBeNull();
  expect(bestMeanOf([0.5])).toBe(0.5);
  expect(bestMeanOf([0, 0, 9, 0, 4, 5, 6, 0])).toBe(5);
});
