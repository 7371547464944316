// How the reward went while a run learned. A single batch says little, since each has prompts and noise of its own: what is told
// is always a mean over several steps, with its standard error.

import { z } from "zod";
import { mean, standardError } from "./means.ts";

/** A mean over consecutive steps of what each step's batch scored. */
export const rewardMean = z.object({
  mean: z.number(),
  /** Standard error of the mean; `null` for a single step, which has none. */
  error: z.number().nonnegative().nullable(),
  /** How many it is over. */
  steps: z.int().positive(),
});
export type RewardMean = z.output<typeof rewardMean>;

export const rewardCourse = z.object({
  /** Of the first steps; `null` as long as they are too few to be told apart from the last. */
  first: rewardMean.nullable(),
  /** Of as many of the last steps; of all of them where there is no first. */
  last: rewardMean,
});
export type RewardCourse = z.output<typeof rewardCourse>;

/** Of a run's steps, this share is its beginning and as large a share its end. */
const SHARE = 1 / 5;
const LEAST_STEPS = 3;
const MOST_STEPS = 50;

/** The steps that the leading optimizer has done: others may go on when it has stopped early. */
export function ledSteps<Point extends { readonly leadRests?: true }>(points: readonly Point[]): Point[] {
  return points.filter(({ leadRests }) => leadRests !== true);
}

/** Of the leading optimizer. @param points of all steps so far, in their order; none: `null` */
export function courseOfSteps(
  points: readonly { readonly reward: number; readonly leadRests?: true }[],
): RewardCourse | null {
  return rewardCourseOf(ledSteps(points).map(({ reward }) => reward));
}

/** Of the optimizers beside the leading one, by their nodes. */
export function coursesOfOthers(
  points: readonly { readonly updates?: Readonly<Record<string, { readonly reward: number }>> }[],
): Record<string, RewardCourse> {
  const nodes = new Set(points.flatMap(({ updates = {} }) => Object.keys(updates)));
  return Object.fromEntries(
    [...nodes].flatMap((node) => {
      const course = rewardCourseOf(points.flatMap(({ updates }) => updates?.[node]?.reward ?? []));
      return course === null ? [] : [[node, course]];
    }),
  );
}

/** @param rewards of all steps so far, in their order; none: `null` */
export function rewardCourseOf(rewards: readonly number[]): RewardCourse | null {
  if (rewards.length === 0) return null;
  const steps = courseSteps(rewards.length);
  if (rewards.length < 2 * steps) return { first: null, last: meanOf(rewards) };
  return { first: meanOf(rewards.slice(0, steps)), last: meanOf(rewards.slice(-steps)) };
}

/** The highest mean over as many consecutive steps as a course is told by. @param rewards of all steps so far; none: `null` */
export function bestMeanOf(rewards: readonly number[]): number | null {
  if (rewards.length === 0) return null;
  const steps = Math.min(courseSteps(rewards.length), rewards.length);
  let sum = 0;
  let best = -Infinity;
  // Step by step on: a list of many long runs is told at once.
  for (const [i, reward] of rewards.entries()) {
    sum += reward - (rewards[i - steps] ?? 0);
    if (i >= steps - 1) best = Math.max(best, sum / steps);
  }
  return best;
}

function courseSteps(all: number): number {
  return Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.round(all * SHARE)));
}

function meanOf(values: readonly number[]): RewardMean {
  return { mean: mean(values), error: standardError(values), steps: values.length };
}
