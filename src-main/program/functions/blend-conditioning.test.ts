import { expect, test } from "vitest";
import { compute, differences, farthest, pattern } from "../testing/compute.ts";
import { emoji, givenConditioning, givenPrompts, infer, open, typed } from "../testing/given-values.ts";
import type { OpenedConditioning } from "../values.ts";
import { blendConditioning } from "./blend-conditioning.ts";

const other = { id: "another", tokens: 77, width: 768 };

function context({ lower }: OpenedConditioning) {
  return (lowering: Parameters<OpenedConditioning["lower"]>[0]) => {
    const { context: value } = lower(lowering);
    if (value === undefined) throw new Error("a conditioning without a context");
    return value;
  };
}

test("a blend is (1 − w)·first + w·second, and each gets its share of the gradient", async () => {
  const first = givenConditioning("first", [1, 2, 3]);
  const second = givenConditioning("second", [2, 2, 3]);
  const lower = context(open(blendConditioning, { first, second }, { weight: 0.3 }));
  const numbers = { first: pattern(6), second: pattern(12, 40) };
  const { value, shape, gradient } = await compute(lower, numbers, { batch: 2 });
  // The first is the same for all images, and so counts for each.
  expect(shape).toEqual([2, 2, 3]);
  const expected = numbers.second.map((n, i) => 0.7 * (numbers.first[i % 6] ?? NaN) + 0.3 * n);
  expect(farthest(value, expected)).toBeLessThan(1e-12);
  const slopes = await differences(lower, numbers, { batch: 2 });
  for (const name of ["first", "second"] as const) {
    expect(farthest(gradient[name] ?? [], slopes[name] ?? [])).toBeLessThan(1e-8);
  }
});

test("its images show the prompts of the first that has some", () => {
  const second = givenConditioning("second", [1, 2, 3], { prompts: givenPrompts("list") });
  const settings = { weight: 0.5 };
  const opened = open(blendConditioning, { first: givenConditioning("first", [1, 2, 3]), second }, settings);
  expect(opened.prompts?.ref).toBe("list");
  const facts = infer(
    blendConditioning,
    { first: typed("a", "embedding", { encoder: "e" }), second: typed("b", "conditioning", { prompts: "list" }) },
    settings,
  );
  expect(facts).toEqual({ facts: { prompts: "list", encoder: "e" }, faults: [] });
});

test("conditionings of two text encoders are refused, whether that is known before files are opened or after", () => {
  const known = infer(
    blendConditioning,
    {
      first: typed("a", "conditioning", { space: emoji.space }),
      second: typed("b", "conditioning", { space: other }),
    },
    { weight: 0.5 },
  );
  expect(known.faults).toEqual(["embedding-space second"]);
  const first = givenConditioning("first", [1, 2, 3]);
  const second = givenConditioning("second", [1, 2, 3], { space: other });
  expect(() => open(blendConditioning, { first, second }, { weight: 0.5 })).toThrow(/this conditioning is of another/);
});

test("conditionings of different lengths are refused with both", async () => {
  const inputs = { first: givenConditioning("first", [1, 2, 3]), second: givenConditioning("second", [1, 4, 3]) };
  const lower = context(open(blendConditioning, inputs, { weight: 0.5 }));
  await expect(compute(lower, { first: pattern(6), second: pattern(12) })).rejects.toThrow(
    "a conditioning of 4 tokens cannot be mixed with one of 2",
  );
});
