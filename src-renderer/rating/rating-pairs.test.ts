import { expect, test } from "vitest";
import type { PreviewPicture } from "../../src-main/common/studio/run.ts";
import { namesOf, ratingPairs, unratedPairs } from "./rating-pairs.ts";

const preview = (step: number): PreviewPicture => ({
  name: "",
  step,
  url: `files/runs/r/previews/step-${step}.png?v=1`,
  prompts: ["a cat", "a dog"],
  seed: 0,
  rewards: [],
  gap: 2,
});
const run = { id: "r", previews: [0, 10, 20, 30].map(preview), evaluations: [] };

test("both images of a pair are of one prompt, and every two of a prompt come once", () => {
  const pairs = ratingPairs(run);
  expect(pairs.every(({ prompt, left, right }) => left.prompt === prompt && right.prompt === prompt)).toBe(true);
  expect(pairs).toHaveLength(2 * 6);
  expect(new Set(pairs.map((pair) => namesOf(pair).toSorted().join(" "))).size).toBe(12);
});

test("prompts take turns, and no image comes again before the others", () => {
  const first = ratingPairs(run).slice(0, 4);
  expect(first.map(({ prompt }) => prompt)).toEqual(["a cat", "a dog", "a cat", "a dog"]);
  expect(new Set(first.flatMap(namesOf)).size).toBe(8);
});

test("the order is the same each time, and what was rated does not come again, whichever side it was on", () => {
  const pairs = ratingPairs(run);
  expect(ratingPairs(run)).toEqual(pairs);
  const [first, second] = pairs.map(namesOf);
  const left = unratedPairs(pairs, [[first?.[1] ?? "", first?.[0] ?? ""]]);
  expect(left).toHaveLength(11);
  expect(left[0] && namesOf(left[0])).toEqual(second);
});

test("a run with one image of a prompt has nothing to compare", () => {
  expect(ratingPairs({ ...run, previews: [preview(0)] })).toEqual([]);
});
