// Tables of measurements as the documentation has them.

import type { Interval } from "../src-main/common/evaluation-report.ts";
import { printSigned } from "../src-main/common/reward-words.ts";

/** The first column is of words, the others are of numbers. */
export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = heading.map((_, i) => (i === 0 ? "---" : "---:"));
  return [heading, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** `+0.097 (+0.079 … +0.115)` */
export function printDifference({ mean, low, high }: Interval): string {
  return `${printSigned(mean)} (${printSigned(low)} … ${printSigned(high)})`;
}
