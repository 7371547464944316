import { expect, test } from "vitest";
import { given, compute, differences, farthest, pattern } from "../testing/compute.ts";
import { emoji, givenConditioning, infer, open, typed } from "../testing/given-values.ts";
import type { OpenedConditioning } from "../values.ts";
import { concatConditioning } from "./concat-conditioning.ts";

test("tokens stand one after another, and what is the same for all images is repeated for each", async () => {
  const conditionings = [givenConditioning("one", [1, 1, 2]), givenConditioning("each", [2, 2, 2])];
  const opened = open(concatConditioning, { conditionings }, {});
  const lower = (lowering: Parameters<OpenedConditioning["lower"]>[0]) =>
    opened.lower(lowering)["context"] ?? lowering.b.scalar(NaN);
  const numbers = { one: [1, 2], each: [10, 11, 12, 13, 20, 21, 22, 23] };
  const { value, shape, gradient } = await compute(lower, numbers, { batch: 2 });
  expect(shape).toEqual([2, 3, 2]);
  expect(value).toEqual([1, 2, 10, 11, 12, 13, 1, 2, 20, 21, 22, 23]);
  const slopes = await differences(lower, numbers, { batch: 2 });
  expect(farthest(gradient["one"] ?? [], slopes["one"] ?? [])).toBeLessThan(1e-8);
});

test("what sums up a whole text is that of the first", async () => {
  const pooled = (name: string): OpenedConditioning => ({
    space: emoji.space,
    prompts: null,
    lower: (lowering) => ({
      context: given(`${name}_context`, [1, 1, 2])(lowering),
      pooled: given(`${name}_pooled`, [1, 3])(lowering),
    }),
  });
  const opened = open(concatConditioning, { conditionings: [pooled("a"), pooled("b")] }, {});
  const numbers = { a_context: pattern(2), b_context: pattern(2), a_pooled: [1, 2, 3], b_pooled: [4, 5, 6] };
  const { value } = await compute((lowering) => opened.lower(lowering)["pooled"] ?? lowering.b.scalar(NaN), numbers);
  expect(value).toEqual([1, 2, 3]);
});

test("conditionings of two text encoders are refused", () => {
  const conditionings = [
    typed("a", "conditioning", { space: emoji.space }),
    typed("b", "conditioning", { space: { id: "another", tokens: 77, width: 768 } }),
  ];
  expect(infer(concatConditioning, { conditionings }, {}).faults).toEqual(["embedding-space conditionings"]);
});
