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

/** The nodes of optimizers that are told beside the leading one, in the order in which they appear. */
export function otherOptimizers(points: readonly MetricsPoint[]): string[] {
  return [...new Set(points.flatMap(({ updates = {} }) => Object.keys(updates)))];
}

/** The same steps as such an optimizer tells them; it may have done fewer. */
export function stepsOfOptimizer(points: readonly MetricsPoint[], node: string): MetricsPoint[] {
  return points.flatMap(({ updates, ...told }) => {
    const own = updates?.[node];
    const { leadRests: _, ...point } = told;
    return own === undefined ? [] : [{ ...point, ...own }];
  });
}

/** A table with a row a step. What further optimizers tell stands in columns that begin with their nodes' names. */
export function printCsv(points: readonly MetricsPoint[]): string {
  const columns = [
    ...(["step", "reward", "rewardDeviation", "gradientNorm", "learningRate", "seconds", "memoryMB"] as const).map(
      (field): Column => ({ head: field, cell: (point) => point[field] }),
    ),
    ...heldOutColumns(points),
    ...otherOptimizers(points).flatMap((node) => columnsOf(points, node)),
  ];
  const head = columns.map((column) => column.head);
  const rows = points.map((point) => columns.map(({ cell }) => cell(point) ?? ""));
  return [head.map(quote), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

interface Column {
  readonly head: string;
  /** `undefined`: not told of this step. */
  readonly cell: (point: MetricsPoint) => number | undefined;
}

function heldOutColumns(points: readonly MetricsPoint[]): Column[] {
  return heldOutNames(points).map((name) => ({ head: `heldOut ${name}`, cell: ({ heldOut }) => heldOut[name] }));
}

function columnsOf(points: readonly MetricsPoint[], node: string): Column[] {
  const own = stepsOfOptimizer(points, node);
  const byStep = new Map(own.map((point) => [point.step, point]));
  const columns: readonly Column[] = [
    ...(["reward", "rewardDeviation", "gradientNorm", "learningRate"] as const).map((field): Column => ({
      head: field,
      cell: (point) => point[field],
    })),
    ...heldOutColumns(own),
  ];
  return columns.map(({ head, cell }) => ({
    head: `${node} ${head}`,
    cell({ step }) {
      const point = byStep.get(step);
      return point && cell(point);
    },
  }));
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
