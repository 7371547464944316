import { expect, test } from "vitest";
import { floatTensor } from "../common/tensor.ts";
import type { LearnedPlaces } from "../sampling/learned-places.ts";
import { contributionsOf } from "./contributions.ts";

/** Four places of width 1; nothing was learned in the third. */
const places: LearnedPlaces = {
  kind: "conditioning",
  learned: floatTensor([4, 1], [5, 2, 1, 3]),
  start: floatTensor([4, 1], [1, 1, 1, 4]),
  guidance: null,
  contextOf: async (data) => floatTensor([1, data.length, 1], data),
};

/** As if the reward were the sum of all places, at each image a little higher. */
async function sumUnder(...[{ data }, onProgress]: Parameters<Parameters<typeof contributionsOf>[1]>) {
  await onProgress(2);
  const sum = data.reduce((total, n) => total + n, 0);
  return [sum, sum + 0.5];
}

test("a token contributes what is lost with the start in its place, and one in which nothing was learned is left out", async () => {
  const told: number[] = [];
  const onProgress = async (done: number, total: number): Promise<void> => void told.push(done / total);
  const { learned, start, whole, parts } = await contributionsOf(places, sumUnder, { images: 2, group: 1, onProgress });
  expect({ learned, start }).toEqual({ learned: 11.25, start: 7.25 });
  expect(whole).toEqual({ mean: 4, low: 4, high: 4 });
  expect(parts.map(({ first, last, contribution }) => [first, last, contribution.mean])).toEqual([
    [0, 0, 4],
    [1, 1, 1],
    [3, 3, -1],
  ]);
  expect(told).toEqual([0.2, 0.4, 0.6, 0.8, 1]);
});

test("neighbours are taken back together where one asks for it", async () => {
  const onProgress = async (): Promise<void> => {};
  const { parts } = await contributionsOf(places, sumUnder, { images: 2, group: 3, onProgress });
  expect(parts.map(({ first, last, contribution }) => [first, last, contribution.mean])).toEqual([
    [0, 2, 5],
    [3, 3, -1],
  ]);
});

test("where nobody asks for it, few tokens are told one by one, and many in a dozen parts at most", async () => {
  const onProgress = async (): Promise<void> => {};
  const few = await contributionsOf(places, sumUnder, { images: 2, onProgress });
  expect(few.parts.map(({ first, last }) => [first, last])).toEqual([
    [0, 0],
    [1, 1],
    [3, 3],
  ]);
  const of = (value: number) => floatTensor([77, 1], new Float32Array(77).fill(value));
  const long = { ...places, learned: of(1), start: of(0) };
  const many = await contributionsOf(long, sumUnder, { images: 2, onProgress });
  expect(many.parts.map(({ first, last }) => last - first + 1)).toEqual([7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]);
});
