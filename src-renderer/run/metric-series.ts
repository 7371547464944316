// Metrics of a run as the charts draw them and the CSV lists them.

import type { MetricsPoint } from "../../src-main/common/studio/run.ts";

/** Of steps that are told twice (a resumed run does some again) the later one counts. */
export function joinSteps(older: readonly MetricsPoint[], newer: readonly MetricsPoint[]): MetricsPoint[] {
  const bySteps = new Map([...older, ...newer].map((point) => [point.step, point]));
  return [...bySteps.values()].toSorted((a, b) => a.step - b.step);
}

/** A running mean m ← w·m + (1 − w)·x, divided by 1 − wⁿ so that its beginning is not drawn towards 0. */
export function smooth(values: readonly number[], weight: number): number[] {
  let mean = 0;
  return values.map((value, i) => {
    mean = weight * mean + (1 - weight) * value;
    return mean / (1 - weight ** (i + 1));
  });
}

/** The names of the rewards that were watched, in the order in which they appear. */
export function heldOutNames(points: readonly MetricsPoint[]): string[] {
  return [...new Set(points.flatMap(({ heldOut }) => Object.keys(heldOut)))];
}

export function printCsv(points: readonly MetricsPoint[]): string {
  const names = heldOutNames(points);
  const fields = ["step", "reward", "rewardDeviation", "gradientNorm", "learningRate", "seconds", "memoryMB"] as const;
  const head = [...fields, ...names.map((name) => `heldOut ${name}`)];
  const rows = points.map((point) => [...fields.map((field) => point[field]), ...names.map((name) => point.heldOut[name] ?? "")]);
  return [head.map(quote), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
