// How sure one can be of a difference between two sets of paired scores.

import type { Interval } from "../common/evaluation-report.ts";
import { mean } from "../common/means.ts";
import { elementAt } from "../diffusion/element-at.ts";
import { uniformInteger } from "../diffusion/noise.ts";

/** Purpose of the random stream: apart from those of learning, in draws.ts. */
const RESAMPLING = 100;

/** Share of the pairs in which a is the higher one; a tie counts half. */
export function winRate(a: readonly number[], b: readonly number[]): number {
  return mean(differences(a, b).map((difference) => (Math.sign(difference) + 1) / 2));
}

export interface BootstrapOptions {
  readonly resamples?: number;
  readonly seed?: number;
}

/**
 * Mean of a − b over pairs, and its 95 % interval by the percentile bootstrap (Efron & Tibshirani 1993, §13.3):
 * pairs are drawn with replacement, as many as there are, `resamples` times; the interval holds the middle 95 % of the means.
 * The same seed gives the same interval.
 */
export function pairedBootstrap(
  a: readonly number[],
  b: readonly number[],
  { resamples = 10_000, seed = 0 }: BootstrapOptions = {},
): Interval {
  const values = differences(a, b);
  const means = Float64Array.from({ length: resamples }, (_, resample) => {
    const stream = { seed, path: [RESAMPLING, resample] } as const;
    return mean(values.map((_value, i) => elementAt(values, uniformInteger(stream, values.length, i))));
  }).sort();
  return { mean: mean(values), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

function differences(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length !== b.length) throw new Error(`${a.length} scores cannot be paired with ${b.length}`);
  return a.map((value, i) => value - elementAt(b, i));
}

/** Linear between neighbours, as numpy's default; `sorted` ascends and is not empty. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = elementAt(sorted, below);
  return low + (position - below) * (elementAt(sorted, Math.ceil(position)) - low);
}
