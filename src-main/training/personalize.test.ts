import { expect, test } from "vitest";
import { encodeText } from "./generator.ts";
import { openLearner } from "./open-learner.ts";
import { personalize } from "./personalize.ts";
import { makePlan, parseRecipe } from "./plan.ts";

/** The embedded pipeline with as few sampling steps as will do. */
function plan(learningRate: number) {
  const recipe = {
    prompts: ["rocket"],
    batch: 2,
    microBatch: 2,
    sampler: { steps: 3, lastSteps: 1 },
    optimizer: { learningRate },
  };
  return makePlan(parseRecipe(recipe, "recipe.json"), ".");
}

const LIMITS = { steps: 10, patience: 3 };

test("an embedding of one prompt is never worse than the one it started from, and ends after three vain steps", async () => {
  // A rate at which every step destroys the embedding: all that can be kept is the start.
  const ruinous = plan(1000);
  const { learner } = await openLearner(ruinous, { device: "cpu" });
  try {
    const start = await encodeText(learner.generator, "");
    const { embedding, best, steps, ...rest } = await personalize(learner, ruinous, "rocket", start, [0, 1], LIMITS);
    expect(best.reward).toBeGreaterThanOrEqual(rest.start.reward);
    expect(steps).toBeLessThanOrEqual(10);
    if (best.reward === rest.start.reward) {
      expect(steps).toBe(3);
      expect(embedding).toEqual(start);
    }
  } finally {
    await learner.generator.sessions.release();
  }
});

test("the reward it reports is that of the embedding it returns", async () => {
  const gentle = plan(0.02);
  const { learner } = await openLearner(gentle, { device: "cpu" });
  try {
    const start = await encodeText(learner.generator, "");
    const found = await personalize(learner, gentle, "rocket", start, [0, 1], LIMITS);
    const again = await personalize(learner, gentle, "rocket", found.embedding, [0, 1], LIMITS);
    expect(again.start).toEqual(found.best);
  } finally {
    await learner.generator.sessions.release();
  }
});
