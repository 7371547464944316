// How often scores put that image of a pair first which people prefer.

import { z } from "zod";
import { counted } from "./counted.ts";
import { interval } from "./evaluation-report.ts";
import { printShare, shareInterval } from "./share-interval.ts";

export const pairAccuracy = z.object({
  /** Of which people said which image is better: ties are none of them, since neither order of a tie is right. */
  pairs: z.int().positive(),
  /** In which that image has the higher score. */
  right: z.int().nonnegative(),
  /** In which both have the same score: half of them count as right. */
  equal: z.int().nonnegative(),
  /** (right + equal / 2) / pairs, with its 95 % interval by Wilson. */
  accuracy: interval,
});
export type PairAccuracy = z.output<typeof pairAccuracy>;

/** @param differences score of the better image minus that of the worse, of each pair but ties; `null`: there are none */
export function pairAccuracyOf(differences: readonly number[]): PairAccuracy | null {
  const pairs = differences.length;
  if (pairs === 0) return null;
  const right = differences.filter((difference) => difference > 0).length;
  const equal = differences.filter((difference) => difference === 0).length;
  return { pairs, right, equal, accuracy: shareInterval(right + equal / 2, pairs) };
}

/** `91.5 % (95 % 86.8 … 94.6) of 200 pairs` */
export function describeAccuracy({ pairs, accuracy }: Pick<PairAccuracy, "pairs" | "accuracy">): string {
  return `${printShare(accuracy)} of ${counted(pairs, "pair")}`;
}
