import { describe, expect, test } from "vitest";
import { compute, differences, farthest } from "../testing/compute.ts";
import { givenScore, infer, open, typed } from "../testing/given-values.ts";
import { scoreFunction, type ScoreFunctionChoice } from "./score-function.ts";

const numbers = { a: [0.2, -1.5, 3, 0.9], b: [0.5, -1.6, 2.5, 0.4] };
const bySmoothMinimum = (temperature: number) => (a: number, b: number) =>
  -temperature * Math.log((Math.exp(-a / temperature) + Math.exp(-b / temperature)) / 2);

const cases: readonly (readonly [ScoreFunctionChoice, (a: number, b: number) => number, boolean])[] = [
  [{ kind: "clip", low: -1, high: 0.95 }, (a) => Math.min(Math.max(a, -1), 0.95), false],
  [{ kind: "clip", high: 0.5 }, (a) => Math.min(a, 0.5), false],
  [{ kind: "clip", low: 0 }, (a) => Math.max(a, 0), false],
  [{ kind: "scale", factor: -2, offset: 3 }, (a) => 3 - 2 * a, false],
  [{ kind: "min" }, Math.min, true],
  [{ kind: "max" }, Math.max, true],
  [{ kind: "softmin", temperature: 0.5 }, bySmoothMinimum(0.5), true],
];

describe.each(cases)("%o", (choice, formula, isOfTwo) => {
  test("is its formula, with the gradient of that", async () => {
    const scores = isOfTwo ? [givenScore("a", 4), givenScore("b", 4)] : [givenScore("a", 4)];
    const { lower } = open(scoreFunction, { scores }, { function: choice });
    const used = isOfTwo ? numbers : { a: numbers.a };
    const { value, shape, gradient } = await compute(lower, used, { batch: 4 });
    expect(shape).toEqual([4]);
    const expected = numbers.a.map((a, i) => formula(a, numbers.b[i] ?? NaN));
    expect(farthest(value, expected)).toBeLessThan(1e-12);
    const slopes = await differences(lower, used, { batch: 4 });
    for (const name of Object.keys(used)) {
      expect(farthest(gradient[name] ?? [], slopes[name] ?? [])).toBeLessThan(1e-8);
    }
  });
});

test("a soft minimum of scores far apart is finite, and that of equal ones is their value", async () => {
  const scores = [givenScore("a"), givenScore("b")];
  const { lower } = open(scoreFunction, { scores }, { function: { kind: "softmin", temperature: 1e-3 } });
  const far = await compute(lower, { a: [-800], b: [900] });
  expect(farthest(far.value, [-800 + 1e-3 * Math.log(2)])).toBeLessThan(1e-9);
  expect(far.gradient["b"]).toEqual([0]);
  expect(farthest((await compute(lower, { a: [4], b: [4] })).value, [4])).toBeLessThan(1e-12);
});

test("what makes no sense is a fault", () => {
  const scores = [typed("a", "score", { images: ["i"], prompts: "list" }), typed("b", "score", { images: ["i", "j"] })];
  const inferred = (choice: ScoreFunctionChoice) => infer(scoreFunction, { scores }, { function: choice });
  expect(inferred({ kind: "min" })).toEqual({ facts: { images: ["i", "j"], prompts: "list" }, faults: [] });
  expect(inferred({ kind: "clip", low: 1, high: 0 }).faults).toEqual([
    "score-count scores",
    "score-bounds function.low",
  ]);
  expect(inferred({ kind: "scale", factor: 0, offset: 0 }).faults).toEqual([
    "score-count scores",
    "score-factor function.factor",
  ]);
});
