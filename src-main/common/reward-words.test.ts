import { expect, test } from "vitest";
import { describeCourse, describeEvaluated, printRewardMean, printSigned } from "./reward-words.ts";

test("a mean is printed to the place in which its error begins, and never without it", () => {
  expect(printRewardMean({ mean: 0.64812, error: 0.0061, steps: 10 })).toBe("0.648 ± 0.006");
  expect(printRewardMean({ mean: 0.273123, error: 0.00042, steps: 10 })).toBe("0.2731 ± 0.0004");
  expect(printRewardMean({ mean: -1.5, error: 0.2, steps: 3 })).toBe("−1.500 ± 0.200");
  expect(printRewardMean({ mean: 0.5, error: null, steps: 1 })).toBe("0.500");
});

test("a course names how many steps its means are over", () => {
  const last = { mean: 0.7, error: 0.005, steps: 10 };
  expect(describeCourse({ first: { mean: 0.65, error: 0.006, steps: 10 }, last })).toBe(
    "0.650 ± 0.006 → 0.700 ± 0.005 (first and last 10 steps)",
  );
  expect(describeCourse({ first: null, last })).toBe("0.700 ± 0.005 (mean of 10 steps)");
  expect(describeCourse({ first: null, last: { mean: 0.7, error: null, steps: 1 } })).toBe("0.700 (1 step)");
});

test("an evaluation is told with its gain and the interval of it", () => {
  const train = {
    none: 0.636,
    handwritten: 0.675,
    learned: 0.734,
    gain: { mean: 0.0974, low: 0.079, high: 0.1151 },
    wins: 0.9,
  };
  expect(describeEvaluated({ prompts: 80, pairs: 80, train, heldOut: train })).toBe(
    "0.636 → 0.734 on 80 held-out prompts (+0.097, 95 % +0.079 … +0.115)",
  );
});

test("what rounds to nothing has no minus", () => {
  expect([0.04121, -0.0031, -0.00001].map((value) => printSigned(value, 4))).toEqual(["+0.0412", "−0.0031", "+0.0000"]);
});
