// Rewards in words, the same for the terminal, the window and written cards. Every number stands with its spread.

import { counted } from "./counted.ts";
import type { EvaluatedReward } from "./evaluated-reward.ts";
import type { Interval } from "./evaluation-report.ts";
import type { RewardCourse, RewardMean } from "./reward-course.ts";

const LEAST_DECIMALS = 3;
const MOST_DECIMALS = 6;

/** `0.648 ± 0.006`, to the place in which the error begins, at least three; `0.648` where there is no error. */
export function printRewardMean({ mean, error }: RewardMean): string {
  const decimals = decimalsFor(error ?? 0);
  return error === null
    ? printNumber(mean, decimals)
    : `${printNumber(mean, decimals)} ± ${printNumber(error, decimals)}`;
}

/** `0.648 ± 0.006 → 0.702 ± 0.005 (first and last 10 steps)` */
export function describeCourse({ first, last }: RewardCourse): string {
  if (first === null)
    return `${printRewardMean(last)} (${last.steps === 1 ? "1 step" : `mean of ${last.steps} steps`})`;
  return `${printRewardMean(first)} → ${printRewardMean(last)} (first and last ${last.steps} steps)`;
}

/** `0.636 → 0.734 on 80 held-out prompts (+0.097, 95 % +0.079 … +0.115)` */
export function describeEvaluated({ prompts, train: { none, learned, gain } }: EvaluatedReward): string {
  const decimals = decimalsOfGain(gain);
  const change = `${printNumber(none, decimals)} → ${printNumber(learned, decimals)}`;
  return `${change} on ${counted(prompts, "held-out prompt")} (${printGain(gain)})`;
}

/** `+0.097, 95 % +0.079 … +0.115` */
export function printGain(gain: Interval): string {
  const signed = (value: number): string => printSigned(value, decimalsOfGain(gain));
  return `${signed(gain.mean)}, 95 % ${signed(gain.low)} … ${signed(gain.high)}`;
}

/** `+0.0412`, `−0.0031`; what rounds to 0 is not negative. */
export function printSigned(value: number, decimals = LEAST_DECIMALS): string {
  const rounded = Number(value.toFixed(decimals));
  return `${rounded < 0 ? "−" : "+"}${Math.abs(rounded).toFixed(decimals)}`;
}

/** With a true minus sign. */
export function printNumber(value: number, decimals = LEAST_DECIMALS): string {
  return value.toFixed(decimals).replace("-", "−");
}

function decimalsOfGain({ low, high }: Interval): number {
  return decimalsFor((high - low) / 4);
}

function decimalsFor(error: number): number {
  if (!(error > 0)) return LEAST_DECIMALS;
  return Math.min(MOST_DECIMALS, Math.max(LEAST_DECIMALS, -Math.floor(Math.log10(error))));
}
