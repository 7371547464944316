// What each token of a learned embedding contributes: the reward that is lost where the start stands in its place, over the same prompts
// and noise. Leave-one-out does not add up: tokens act together.

import type { Interval } from "../common/evaluation-report.ts";
import { mean } from "../common/means.ts";
import type { FloatTensor } from "../common/tensor.ts";
import { changesOf, type LearnedPlaces, withoutPlaces } from "../sampling/learned-places.ts";
import { pairedBootstrap } from "./statistics.ts";

/** @returns the reward of each image under a negative [1, tokens, width]; `onProgress` hears of images done, those in work in part */
export type RewardUnder = (
  context: FloatTensor,
  onProgress: (images: number) => Promise<void>,
) => Promise<readonly number[]>;

export interface ContributionsOptions {
  /** Of an evaluation. */
  readonly images: number;
  /** Neighbouring places that are taken back together; absent: so many that `MOST_PARTS` are left at most. */
  readonly group?: number | undefined;
  /** Images done, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

export interface Contributions {
  readonly learned: number;
  readonly start: number;
  readonly whole: Interval;
  readonly parts: readonly { readonly first: number; readonly last: number; readonly contribution: Interval }[];
}

/** Each takes all of the images. */
const MOST_PARTS = 12;

export async function contributionsOf(
  places: LearnedPlaces,
  rewardUnder: RewardUnder,
  { images, group, onProgress }: ContributionsOptions,
): Promise<Contributions> {
  const groups = groupsOf(places, group);
  const total = (groups.length + 2) * images;
  let done = 0;
  const under = async (changed: Float32Array): Promise<readonly number[]> => {
    const rewards = await rewardUnder(await places.contextOf(changed), (drawn) => onProgress(done + drawn, total));
    done += images;
    return rewards;
  };
  const learned = await under(places.learned.data);
  const start = await under(places.start.data);
  const parts: { first: number; last: number; contribution: Interval }[] = [];
  for (const { first, last } of groups) {
    const without = await under(withoutPlaces(places, first, last));
    parts.push({ first, last, contribution: pairedBootstrap(learned, without) });
  }
  return { learned: mean(learned), start: mean(start), whole: pairedBootstrap(learned, start), parts };
}

/** Those in which something was learned: the others are the start already. */
function groupsOf(places: LearnedPlaces, asked: number | undefined) {
  const changes = changesOf(places);
  const size = asked ?? Math.ceil(changes.length / MOST_PARTS);
  const groups = Array.from({ length: Math.ceil(changes.length / size) }, (_, i) => ({
    first: i * size,
    last: Math.min((i + 1) * size, changes.length) - 1,
  }));
  return groups.filter(({ first, last }) => changes.slice(first, last + 1).some((change) => change > 0));
}
