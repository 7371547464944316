import { expect, test } from "vitest";
import { compute, farthest, given, pattern } from "../testing/compute.ts";
import { emoji, givenModel, infer, open, typed } from "../testing/given-values.ts";
import type { OpenedModel } from "../values.ts";
import { blendModels } from "./blend-models.ts";

/** Predicts its context times a factor. */
function scaling(factor: number): OpenedModel {
  return givenModel(({ b }, _, { context }) => b.scale(context ?? b.scalar(NaN), factor));
}

test("a blend predicts (1 − w)·first + w·second beside the same conditioning", async () => {
  const blend = open(blendModels, { first: scaling(2), second: scaling(-3) }, { weight: 0.25 });
  const context = pattern(4);
  const { value } = await compute(
    (lowering) => {
      const sample = given("sample", [1])(lowering);
      const point = { sampler: "sampler", offset: 0, sample, timestepOf: () => 0 };
      return blend.predict(lowering, point, { context: given("context", [1, 2, 2])(lowering) });
    },
    { context, sample: [0] },
  );
  const expected = context.map((n) => 0.75 * 2 * n + 0.25 * -3 * n);
  expect(farthest(value, expected)).toBeLessThan(1e-12);
});

test("models of other texts, another size or other noise are refused", () => {
  const first = scaling(1);
  const refused = (change: Partial<OpenedModel>) => () =>
    open(blendModels, { first, second: { ...scaling(1), ...change } }, { weight: 0.5 });
  const foreign = { id: "another", tokens: 77, width: 768 };
  expect(refused({ pipeline: { ...emoji, space: foreign } })).toThrow(/the second model is of another/);
  expect(refused({ latent: [4, 8, 8] })).toThrow(/predicts latents of 4×16×16, but emoji predicts 4×8×8/);
  expect(refused({ scheduler: (name, steps) => first.scheduler(name, steps + 1) })).toThrow(/different noise/);
  expect(refused({})).not.toThrow();
  const facts = { space: emoji.space };
  const inputs = { first: typed("a", "model", facts), second: typed("b", "model", { space: foreign }) };
  expect(infer(blendModels, inputs, { weight: 0.5 })).toEqual({ facts, faults: ["embedding-space second"] });
});
