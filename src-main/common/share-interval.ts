// A share of cases, such as pairs that are ordered right, and how sure one can be of it.

import type { Interval } from "./evaluation-report.ts";
import { NORMAL_95 as Z } from "./means.ts";
import { printPercent } from "./print-percent.ts";

/**
 * Successes by cases, with the 95 % interval of Wilson 1927: the shares p of which (p̂ − p)² ≤ z² p (1 − p) / n. It stays within 0 and 1,
 * and says something of few cases and of shares of 0 and 1 too.
 * @param successes 0 to `cases`; a half counts where a case is neither
 * @param cases at least 1
 */
export function shareInterval(successes: number, cases: number): Interval {
  if (!(cases > 0 && successes >= 0 && successes <= cases)) {
    throw new Error(`${successes} of ${cases} cases are no share`);
  }
  const share = successes / cases;
  const spread = Z ** 2 / cases;
  const centre = (share + spread / 2) / (1 + spread);
  const reach = (Z * Math.sqrt((share * (1 - share)) / cases + spread / (4 * cases))) / (1 + spread);
  return { mean: share, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

/** `91.5 % (95 % 86.8 … 94.6)` */
export function printShare({ mean, low, high }: Interval): string {
  const percent = (share: number): string => printPercent(share, 1);
  return `${percent(mean)} % (95 % ${percent(low)} … ${percent(high)})`;
}
