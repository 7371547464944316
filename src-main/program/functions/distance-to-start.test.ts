import { expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import type { Lowering } from "../lowering.ts";
import { compute, differences, farthest, pattern } from "../testing/compute.ts";
import { givenConditioning, infer, open, typed } from "../testing/given-values.ts";
import type { OpenedEmbedding } from "../values.ts";
import { distanceToStart } from "./distance-to-start.ts";

const start = [1, 2, 3, 4, 5, 6];

function parameter(): OpenedEmbedding {
  const lower = (lowering: Lowering) => ({
    context: lowering.input("p", [1, 3, 2], { rate: "parameter", parameter: "negative", tensor: "context" }),
  });
  return {
    ...givenConditioning("p", [1, 3, 2]),
    lower,
    ref: "negative",
    shapes: { context: [1, 3, 2] },
    tensors: lower,
    kindName: "negative embedding",
    saver: () => Promise.reject(new Error("nothing is saved here")),
    initial: async () => ({ context: floatTensor([1, 3, 2], start) }),
  };
}

test("it is −λ/2·‖p − p₀‖² for each image, with the gradient −λ·(p − p₀)", async () => {
  const { lower } = open(distanceToStart, { parameter: parameter() }, { weight: 0.3 });
  const numbers = { p: pattern(6), start };
  const { value, shape, gradient } = await compute(lower, numbers, { batch: 3 });
  const squares = numbers.p.reduce((sum, n, i) => sum + (n - (start[i] ?? NaN)) ** 2, 0);
  expect(shape).toEqual([3]);
  expect(
    farthest(
      value,
      Array.from({ length: 3 }, () => -0.15 * squares),
    ),
  ).toBeLessThan(1e-10);
  const slopes = await differences(lower, numbers, { batch: 3 });
  expect(farthest(gradient["p"] ?? [], slopes["p"] ?? [])).toBeLessThan(1e-7);
});

test("what stands in place of a parameter has not moved", async () => {
  const fixed = givenConditioning("p", [1, 3, 2]);
  const { lower } = open(distanceToStart, { parameter: fixed }, { weight: 1 });
  expect((await compute(lower, {}, { batch: 2 })).value).toEqual([-0, -0]);
});

test.each(["embedding", "unet", "text encoder"] as const)(
  "a value of the kind %s that is not trained is refused",
  (kind) => {
    const faults = (state: "trainable" | "learned" | "fixed") =>
      infer(distanceToStart, { parameter: typed("p", kind, { state }) }, { weight: 1 }).faults;
    expect(faults("trainable")).toEqual([]);
    expect(faults("learned")).toEqual(["parameter-fixed parameter"]);
    expect(faults("fixed")).toEqual(["parameter-fixed parameter"]);
  },
);

test("a part of a pipeline with nothing in it that is trained is refused", () => {
  expect(infer(distanceToStart, { parameter: typed("p", "unet") }, { weight: 1 }).faults).toHaveLength(1);
});
