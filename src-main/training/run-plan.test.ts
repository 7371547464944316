import { expect, test, vi } from "vitest";
import { learnStep } from "./learn-step.ts";
import { initialState } from "./learning-state.ts";
import { loadNegative } from "./load-negative.ts";
import { openLearner } from "./open-learner.ts";
import { makePlan, parseRecipe, type Plan } from "./plan.ts";
import { planRun } from "./run-plan.ts";

/** The embedded pipeline, with as little of everything as still exercises it. */
function plan(changes: object = {}): Plan {
  const recipe = { prompts: ["rocket"], steps: 1, batch: 4, microBatch: 2, sampler: { steps: 3, lastSteps: 1 } };
  return makePlan(parseRecipe({ ...recipe, ...changes }, "recipe.json"), ".");
}

test("the passes of a step are those that a step makes", async () => {
  const { learner } = await openLearner(plan(), { device: "cpu" });
  const run = vi.spyOn(learner.generator.sessions, "run");
  const { embedding } = await loadNegative(learner.generator, plan().start);
  run.mockClear();
  await learnStep(learner, plan(), initialState(embedding, false));
  const made: Record<string, number> = {};
  for (const [{ name }] of run.mock.calls) made[name] = (made[name] ?? 0) + 1;
  const { stages } = await planRun(plan(), { device: "cpu" });
  expect(Object.fromEntries(stages.map(({ name, passes }) => [name, passes.count]))).toEqual(made);
  await learner.generator.sessions.release();
});

test("sampling is as long as the step whose gradient is taken is late, on average", async () => {
  const { stages } = await planRun(plan({ sampler: { steps: 30, lastSteps: 10 } }), { device: "cpu" });
  // 21 to 30 steps, for each of two parts.
  expect(stages.find(({ name }) => name === "unet")?.passes).toEqual({ count: 51, per: "step" });
});

test("a step that is measured takes as long as its passes together", async () => {
  const { stages, secondsPerStep } = await planRun(plan(), { device: "cpu", measure: true });
  const sum = stages.reduce(
    (s, { passes, seconds = NaN }) => s + (passes.per === "step" ? passes.count * seconds : 0),
    0,
  );
  expect(sum).toBeGreaterThan(0);
  expect(secondsPerStep).toBeCloseTo(sum, 6);
});

test("what does not fit is told with the way out", async () => {
  const small = 300e6;
  const { memory, problems } = await planRun(plan({ size: { height: 256, width: 256 } }), {
    device: "cpu",
    budget: small,
  });
  expect(memory.peak).toBeGreaterThan(small);
  expect(memory.staysLoaded).toBe(false);
  expect(problems.map(({ at }) => at.stage)).toContain("vae decoder backwards");
  expect(problems[0]?.help).toBe("make microBatch smaller than 2; batch may stay as it is");
});

test("with memory enough there is no problem, and everything stays loaded", async () => {
  const { memory, problems } = await planRun(plan(), { device: "cpu", budget: 4e9 });
  expect(problems).toEqual([]);
  expect(memory.staysLoaded).toBe(true);
});
