import { expect, test } from "vitest";
import { canLosePatience, earliestEnd } from "./early-stopping.ts";

/** At these steps, the reward of one image. */
const evaluated = (...rewards: readonly (readonly [number, number])[]) =>
  rewards.map(([step, reward]) => ({ step, scores: [reward] }));

test("before its first step a run can end early where its earliest end comes before its last step", () => {
  for (const steps of [5, 20, 60])
    for (const every of [1, 7, 10, 30])
      for (const patience of [1, 2, 5, 6])
        expect(canLosePatience([], { step: 0, steps, every, patience }), `${steps} ${every} ${patience}`).toBe(
          earliestEnd(steps, every, patience) !== null,
        );
});

test("what has not risen so far counts, and evaluations that are still to come", () => {
  const at = { steps: 60, every: 10, patience: 3 };
  const risen = evaluated([0, 0.1], [10, 0.2], [20, 0.3]);
  // 30, 40 and 50 may lose it.
  expect(canLosePatience(risen, { ...at, step: 20 })).toBe(true);
  expect(canLosePatience(risen, { ...at, step: 29 })).toBe(true);
  const later = evaluated([0, 0.1], [10, 0.2], [20, 0.3], [30, 0.4]);
  expect(canLosePatience(later, { ...at, step: 30 })).toBe(false);
  const without = evaluated([0, 0.1], [10, 0.2], [20, 0.3], [30, 0.2], [40, 0.2]);
  expect(canLosePatience(without, { ...at, step: 49 })).toBe(true);
  expect(canLosePatience(without, { ...at, step: 51 })).toBe(false);
});

test("an evaluation at the step that is just done is still to come until it is made", () => {
  const at = { step: 50, steps: 60, every: 10, patience: 1 };
  expect(canLosePatience(evaluated([0, 0.1]), at)).toBe(true);
  expect(canLosePatience(evaluated([0, 0.1], [50, 0.2]), at)).toBe(false);
});
