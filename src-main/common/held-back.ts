// What examples that were held back say of what a run has learned: all of them, or a thousand, at its end. Along the run a few are asked at a time.

import { z } from "zod";
import { counted } from "./counted.ts";
import { type Interval, interval } from "./evaluation-report.ts";
import { mean, NORMAL_95, standardError } from "./means.ts";
import { printNumber } from "./reward-words.ts";
import { printShare, shareInterval } from "./share-interval.ts";

/** In the run's folder. */
export const HELD_BACK_FILE = "held-back.json";

/** What people said something of. */
export const exampleName = z.enum(["pair", "rated image"]);
export type ExampleName = z.output<typeof exampleName>;

export const heldBackResult = z.object({
  /** The node that optimizes. */
  optimizer: z.string(),
  /** What each example was asked, as the run's metrics call it. */
  score: z.string(),
  /** Whether it is 1 where an example is told right and 0 where not, so that the mean is a share of them. */
  isShare: z.boolean(),
  of: exampleName,
  /** That were asked, and that are held back. */
  examples: z.int().positive(),
  heldBack: z.int().positive(),
  /** Mean over the examples with its 95 % interval: Wilson's of a share, of anything else as many standard errors on each side as of a normal distribution. */
  value: interval,
});
export type HeldBackResult = z.output<typeof heldBackResult>;

export const heldBackRecord = z.object({
  /** Of the run, when they were asked. */
  step: z.int().nonnegative(),
  results: z.array(heldBackResult),
});
export type HeldBackRecord = z.output<typeof heldBackRecord>;

/** @param values of the examples, at least one */
export function heldBackInterval(values: readonly number[], isShare: boolean): Interval {
  const centre = mean(values);
  if (isShare) return shareInterval(centre * values.length, values.length);
  const reach = NORMAL_95 * (standardError(values) ?? 0);
  return { mean: centre, low: centre - reach, high: centre + reach };
}

/** `held-back accuracy: 97.5 % (95 % 94.3 … 98.9) of 200 held-back pairs` */
export function describeHeldBack({ score, isShare, of, examples, heldBack, value }: HeldBackResult): string {
  const told = isShare
    ? printShare(value)
    : `${printNumber(value.mean)} (95 % ${printNumber(value.low)} … ${printNumber(value.high)})`;
  const asked = examples < heldBack ? `${examples} of ` : "";
  return `${score}: ${told} of ${asked}${counted(heldBack, `held-back ${of}`)}`;
}
