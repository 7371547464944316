import { expect, test } from "vitest";
import type { ValueFacts } from "../../common/program/value-type.ts";
import { compute, differences, farthest } from "../testing/compute.ts";
import { givenScore, infer, open, typed } from "../testing/given-values.ts";
import type { OpenedExamples } from "../values.ts";
import { addScores } from "./add-scores.ts";
import { preferenceAccuracy, preferenceLoss, ratingLoss } from "./preference-loss.ts";

const examples: OpenedExamples = {
  of: "pair",
  ref: "pairs",
  places: [0, 1, 2, 3],
  textOf: () => "",
  said: () => 1,
  image: () => Promise.reject(new Error("nothing is drawn here")),
};
const [better, worse] = [givenScore("better", 4), givenScore("worse", 4)];
// The third is a tie, and the last is far out.
const numbers = { better: [0.5, -1, 0.2, 90], worse: [0.1, 0.4, 0.6, -30] };
const said = [1, 1, 0.5, 1];

test("the log-likelihood is Bradley and Terry's, with the gradient of that, also for ties and far scores", async () => {
  const { lower } = open(preferenceLoss, { pairs: examples, better, worse }, { scale: 3 });
  const all = { ...numbers, said };
  const { value, shape, gradient } = await compute(lower, all, { batch: 4 });
  const logSigmoid = (d: number) => -Math.log1p(Math.exp(-d));
  const expected = numbers.better.map((s, i) => {
    const d = 3 * (s - (numbers.worse[i] ?? NaN));
    const t = said[i] ?? NaN;
    return t * logSigmoid(d) + (1 - t) * logSigmoid(-d);
  });
  expect(shape).toEqual([4]);
  expect(farthest(value, expected)).toBeLessThan(1e-12);
  const slopes = await differences(lower, all, { batch: 4 });
  for (const name of Object.keys(numbers))
    expect(farthest(gradient[name] ?? [], slopes[name] ?? [])).toBeLessThan(1e-7);
});

test("without a scale, differences count as the reward's own certainty has it", async () => {
  const certain = { ...better, contrast: 3 };
  const { lower } = open(preferenceLoss, { pairs: examples, better: certain, worse }, {});
  const asked = open(preferenceLoss, { pairs: examples, better, worse }, { scale: 3 });
  const all = { ...numbers, said };
  expect((await compute(lower, all, { batch: 4 })).value).toEqual(
    (await compute(asked.lower, all, { batch: 4 })).value,
  );
});

test("the accuracy counts pairs that are ordered right, and equal scores half", async () => {
  const { lower } = open(preferenceAccuracy, { pairs: examples, better, worse }, {});
  const { value } = await compute(lower, { better: [1, 0, 2, 3], worse: [0, 1, 2, 1] }, { batch: 4 });
  expect(value).toEqual([1, 0, 0.5, 1]);
});

test("the error of ratings is squared, below 0, with the gradient of that", async () => {
  const { lower } = open(ratingLoss, { images: examples, score: better }, {});
  const all = { better: [5, 1, -2, 0], said: [6, 1, 0, 3] };
  const { value, gradient } = await compute(lower, all, { batch: 4 });
  expect(value).toEqual([-1, -0, -4, -9]);
  const slopes = await differences(lower, all, { batch: 4 });
  expect(farthest(gradient["better"] ?? [], slopes["better"] ?? [])).toBeLessThan(1e-7);
});

test("a score of pairs or images of which none are held back is known for one of nothing, and so is what is made of it", () => {
  const score = typed("s", "score");
  const pairs = typed("p", "pairs", { isEmpty: true });
  const images = typed("p", "rated images", { isEmpty: true });
  const facts: ValueFacts = { images: [], isEmpty: true };
  const nothing = { facts, faults: [] };
  expect(infer(preferenceAccuracy, { pairs, better: score, worse: score }, {})).toEqual(nothing);
  expect(infer(preferenceLoss, { pairs, better: score, worse: score }, {})).toEqual(nothing);
  expect(infer(ratingLoss, { images, score }, {})).toEqual(nothing);
  const scores = [score, typed("e", "score", facts)];
  expect(infer(addScores, { scores }, { weights: [1, 1] })).toEqual(nothing);
  expect(infer(ratingLoss, { images: typed("p", "rated images"), score }, {}).facts).toEqual({ images: [] });
});
