import { expect, test } from "vitest";
import type { Interval } from "./evaluation-report.ts";
import { evaluationVerdict } from "./evaluation-verdict.ts";

const BETTER = { mean: 0.05, low: 0.04, high: 0.06 };
const LEVEL = { mean: 0.001, low: -0.01, high: 0.012 };
const WORSE = { mean: -0.03, low: -0.04, high: -0.02 };

/** Training reward against none and handwritten, then the same on the held-out reward. */
type Four = readonly [Interval, Interval, Interval, Interval];

function verdictOn(...[trainVsNull, trainVsHandcrafted, heldOutVsNull, heldOutVsHandcrafted]: Four): readonly string[] {
  return evaluationVerdict({
    intervals: { trainVsNull, trainVsHandcrafted, heldOutVsNull, heldOutVsHandcrafted },
  });
}

test("two sentences say what was measured and what follows", () => {
  expect(verdictOn(BETTER, BETTER, BETTER, LEVEL)).toEqual([
    "On the training reward, what was learned is better than no negative and better than the handwritten one.",
    "On the held-out reward, which it was never trained against, it is better than no negative, " +
      "but not distinguishable from the handwritten one: the gain carries over to a reward it has never seen.",
  ]);
});

test("the conclusion follows the intervals, not the hope", () => {
  const conclusion = (...intervals: Four): string | undefined => verdictOn(...intervals)[1]?.split(": ")[1];
  expect(conclusion(BETTER, BETTER, BETTER, WORSE)).toContain("though there the handwritten negative serves better");
  expect(conclusion(BETTER, BETTER, LEVEL, BETTER)).toContain("cannot be told");
  expect(conclusion(BETTER, BETTER, WORSE, WORSE)).toBe("what it learned pleases only the reward it was trained on.");
  expect(conclusion(LEVEL, BETTER, BETTER, BETTER)).toBe(
    "whether anything useful was learned cannot be told from these images.",
  );
  expect(conclusion(WORSE, WORSE, WORSE, WORSE)).toBe("nothing useful was learned.");
});

test("each further held-out reward is judged for itself, never averaged with the first", () => {
  const means = { null: 0, handcrafted: 0, learned: 0 };
  const other = { name: "PickScore_v1", rewards: means, winRate: { vsNull: 0, vsHandcrafted: 0 } };
  const [, first, second] = evaluationVerdict({
    intervals: {
      trainVsNull: BETTER,
      trainVsHandcrafted: BETTER,
      heldOutVsNull: BETTER,
      heldOutVsHandcrafted: BETTER,
    },
    others: [{ ...other, intervals: { vsNull: WORSE, vsHandcrafted: LEVEL } }],
  });
  expect(first).toContain("the gain carries over");
  expect(second).toBe(
    "On PickScore_v1, also held out, it is worse than no negative, but not distinguishable from the handwritten one: " +
      "what it learned pleases only the reward it was trained on.",
  );
});

test("an interval that touches 0 is no difference", () => {
  const [first] = verdictOn({ mean: 0.1, low: 0, high: 0.2 }, BETTER, BETTER, BETTER);
  expect(first).toContain("not distinguishable from no negative");
});
