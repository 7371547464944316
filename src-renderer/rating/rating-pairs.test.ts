import { describe, expect, it } from "vitest";
import type { EvaluationResult, PreviewPicture } from "../../src-main/common/studio/run.ts";
import {
  countPairs,
  isOfRun,
  namesOf,
  nextPair,
  ratingGroups,
  type RatingGroup,
  type RatingPair,
} from "./rating-pairs.ts";

const preview = (step: number, rewards: readonly number[] = []): PreviewPicture => ({
  name: "",
  step,
  url: `files/runs/r/previews/step-${step}.png?v=1`,
  prompts: ["a cat", "a dog"],
  seed: 0,
  rewards: [...rewards],
  gap: 2,
});
const run = { id: "r", previews: [0, 10, 20, 30].map((step) => preview(step)), evaluations: [] };
const groups = ratingGroups(run);

/** As one sees them who answers so many. */
function inOrder(of: readonly RatingGroup[], count = Infinity): RatingPair[] {
  const shown: RatingPair[] = [];
  while (shown.length < count) {
    const pair = nextPair(of, shown.map(namesOf));
    if (pair === undefined) return shown;
    shown.push(pair);
  }
  return shown;
}

const stepsOf = ({ left, right }: RatingPair): number[] =>
  [left, right].map(({ url }) => Number(/step-(\d+)/.exec(url)?.[1])).toSorted((a, b) => a - b);

describe("the pairs of a run", () => {
  it("are both of one prompt, and every two of a prompt come once", () => {
    const pairs = inOrder(groups);
    expect(pairs.every(({ prompt, left, right }) => left.prompt === prompt && right.prompt === prompt)).toBe(true);
    expect(pairs).toHaveLength(2 * 6);
    expect(countPairs(groups)).toBe(2 * 6);
    expect(new Set(pairs.map((pair) => namesOf(pair).toSorted().join(" "))).size).toBe(12);
  });

  it("begin with those that differ most, and end with those that are nearly alike", () => {
    const ofCat = inOrder(groups).filter(({ prompt }) => prompt === "a cat");
    const gaps = ofCat.map(stepsOf).map(([first = 0, last = 0]) => last - first);
    expect(gaps.slice(0, 3)).toEqual([30, 20, 20]);
    expect(gaps.slice(3)).toEqual([10, 10, 10]);
  });

  it("go through many images before one comes often", () => {
    const many = ratingGroups({ ...run, previews: Array.from({ length: 40 }, (_, i) => preview(i)) });
    const first = inOrder(many, 30);
    const times = Map.groupBy(first.flatMap(namesOf), (name) => name);
    expect(Math.max(...[...times.values()].map(({ length }) => length))).toBeLessThanOrEqual(2);
    expect(Math.min(...first.map(stepsOf).map(([a = 0, b = 0]) => b - a))).toBeGreaterThan(13);
  });

  it("that score differently come before those between which there is only more training", () => {
    const scored = [preview(0, [0.5, 0.1]), preview(10, [0.9, 0.1]), preview(20, [0.6, 0.1])];
    const [first] = inOrder(ratingGroups({ ...run, previews: scored }), 1);
    expect(first && stepsOf(first)).toEqual([0, 10]);
  });

  it("of an evaluation are of other noise and another negative first", () => {
    const image = (condition: "null" | "handcrafted" | "learned", seed: number) => ({
      condition,
      prompt: "a cat",
      seed,
      train: 0,
      heldOut: null,
      url: `files/runs/r/evaluation/images/${seed}-${condition}.png`,
    });
    const images = [0, 1].flatMap((seed) =>
      (["null", "handcrafted", "learned"] as const).map((each) => image(each, seed)),
    );
    const evaluation = { name: "", report: null, picture: null, handwritten: "", images } satisfies EvaluationResult;
    const pairs = inOrder(ratingGroups({ id: "r", previews: [], evaluations: [evaluation] }));
    expect(pairs).toHaveLength(15);
    for (const { left, right } of pairs.slice(0, 3)) {
      expect(left.seed).not.toBe(right.seed);
      expect(left.trained).not.toBe(right.trained);
    }
  });

  it("have their prompts take turns", () => {
    expect(
      inOrder(groups)
        .slice(0, 4)
        .map(({ prompt }) => prompt),
    ).toEqual(["a cat", "a dog", "a cat", "a dog"]);
  });

  it("come in the same order each time, and what was rated does not come again, whichever side it was on", () => {
    expect(inOrder(ratingGroups(run))).toEqual(inOrder(groups));
    const [first, second] = inOrder(groups).map(namesOf);
    if (first === undefined || second === undefined) throw new Error("no pairs");
    const next = nextPair(groups, [[first[1], first[0]]]);
    expect(next && namesOf(next)).toEqual(second);
  });

  it("are none where a prompt has one image", () => {
    const alone = ratingGroups({ ...run, previews: [preview(0)] });
    expect(nextPair(alone, [])).toBeUndefined();
    expect(countPairs(alone)).toBe(0);
  });
});

it("ratings of another run's images are told from those of this one", () => {
  const [first] = inOrder(groups).map(namesOf);
  if (first === undefined) throw new Error("no pairs");
  expect(isOfRun(groups, first)).toBe(true);
  expect(isOfRun(groups, [first[0], "other-run-previews-step-0-0.png"])).toBe(false);
});
