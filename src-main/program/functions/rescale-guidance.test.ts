import { expect, test } from "vitest";
import { compute, differences, farthest, given, pattern } from "../testing/compute.ts";
import { givenPrediction, infer, open, typed } from "../testing/given-values.ts";
import { guide } from "./guide.ts";
import { rescaleGuidance } from "./rescale-guidance.ts";

const point = {
  sampler: "sampler",
  offset: 0,
  timestepOf: () => 500,
};

function rescaled(factor: number) {
  const [positive, negative] = [givenPrediction("positive", [2, 1, 2, 2]), givenPrediction("negative", [2, 1, 2, 2])];
  const prediction = open(guide, { positive, negative: { ...negative, model: positive.model } }, { scale: 7.5 });
  const { lower } = open(rescaleGuidance, { prediction }, { factor });
  return (lowering: Parameters<typeof lower>[0]) =>
    lower(lowering, { ...point, sample: given("sample", [2, 1, 2, 2])(lowering) });
}

/** As diffusers has it in `rescale_noise_cfg`. */
function formula(positive: readonly number[], negative: readonly number[], factor: number): number[] {
  const guided = positive.map((p, i) => (negative[i] ?? NaN) + 7.5 * (p - (negative[i] ?? NaN)));
  const spread = (x: readonly number[]) => {
    const mean = x.reduce((sum, n) => sum + n, 0) / x.length;
    return Math.sqrt(x.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (x.length - 1));
  };
  return [0, 4].flatMap((first) => {
    const [p, g] = [positive.slice(first, first + 4), guided.slice(first, first + 4)];
    return g.map((n) => factor * n * (spread(p) / spread(g)) + (1 - factor) * n);
  });
}

test("each image keeps the spread of its conditional half by the factor", async () => {
  const numbers = { positive: pattern(8), negative: pattern(8, 30) };
  const all = { ...numbers, sample: pattern(8) };
  const { value, gradient } = await compute(rescaled(0.7), all, { batch: 2 });
  expect(farthest(value, formula(numbers.positive, numbers.negative, 0.7))).toBeLessThan(1e-12);
  const slopes = await differences(rescaled(0.7), all, { batch: 2 });
  for (const name of ["positive", "negative"]) {
    expect(farthest(gradient[name] ?? [], slopes[name] ?? [])).toBeLessThan(1e-7);
  }
});

test("a prediction that is not guided is refused", () => {
  const faults = (isGuided: boolean) =>
    infer(rescaleGuidance, { prediction: typed("p", "prediction", { isGuided }) }, { factor: 0.7 }).faults;
  expect(faults(true)).toEqual([]);
  expect(faults(false)).toEqual(["rescale-unguided prediction"]);
  const prediction = givenPrediction("p", [1, 1, 2, 2]);
  expect(() => open(rescaleGuidance, { prediction }, { factor: 0.7 })).toThrow(/is not guided/);
});
