// The columns of the table of runs: what every run has, and the parameters in which the listed runs differ.

import type { RunSummary } from "../../../src-main/common/studio/run.ts";
import { text } from "../../text/text.ts";
import { printDifferences } from "../difference-words.ts";
import { printReward, printSeconds, printTime } from "../format.ts";

const words = text.learning.table;

export interface RunColumn {
  readonly id: string;
  readonly label: string;
  readonly isNumber: boolean;
  /** What it is sorted by; `null`: this run has none, and comes last. */
  readonly value: (run: RunSummary) => number | string | null;
  readonly print: (run: RunSummary) => string;
  /** Its cells open the run. */
  readonly opens?: true;
  readonly help?: string;
}

const NONE = "–";

const numbers = (
  id: keyof typeof words.columns,
  value: (run: RunSummary) => number | null,
  print: (value: number) => string = String,
): RunColumn => ({
  id,
  label: words.columns[id],
  isNumber: true,
  value,
  print: (run) => {
    const number = value(run);
    return number === null ? NONE : print(number);
  },
});
const texts = (
  id: keyof typeof words.columns,
  value: (run: RunSummary) => string,
  print: (run: RunSummary) => string = value,
): RunColumn => ({ id, label: words.columns[id], isNumber: false, value, print });

const begun = ({ beganAt, createdAt }: RunSummary): string => beganAt ?? createdAt;

export const OF_EVERY_RUN: readonly RunColumn[] = [
  numbers("number", ({ number }) => number),
  { ...texts("name", ({ name }) => name), opens: true },
  texts("state", ({ state }) => text.learning.states[state]),
  texts("began", begun, (run) => printTime(begun(run))),
  numbers("time", ({ seconds }) => (seconds === 0 ? null : seconds), printSeconds),
  numbers("steps", ({ step }) => step),
  { ...numbers("reward", ({ reward }) => reward?.last.mean ?? null), print: printRewards },
  numbers("heldOut", ({ evaluated }) => evaluated?.heldOut.learned ?? null, printReward),
  texts("changes", ({ changes }) => (changes === null ? "" : printDifferences(changes.differences))),
  texts("workflow", ({ workflowName }) => workflowName),
];

/** Of the leading optimizer, by which runs are sorted, and of each other one under its node's name. */
function printRewards({ reward, otherRewards }: RunSummary): string {
  if (reward === null) return NONE;
  const others = otherRewards.map(({ title, last }) => `${title} ${printReward(last.mean)}`);
  return [printReward(reward.last.mean), ...others].join(" · ");
}

/** In which at least two of the runs differ; one that a run does not have differs from any value. */
export function differingParameters(runs: readonly RunSummary[]): readonly RunColumn[] {
  const labels = new Map(runs.flatMap(({ parameters }) => parameters.map(({ key, label }) => [key, label] as const)));
  const valuesOf = new Map(runs.map((run) => [run, new Map(run.parameters.map(({ key, value }) => [key, value]))]));
  return [...labels].flatMap(([key, label]): RunColumn[] => {
    const value = (run: RunSummary): string | null => valuesOf.get(run)?.get(key) ?? null;
    if (new Set(runs.map(value)).size < 2) return [];
    const known = runs.flatMap((run) => value(run) ?? []);
    const isNumber = known.every((one) => one.trim() !== "" && Number.isFinite(Number(one)));
    const sorted = (run: RunSummary): number | string | null => {
      const own = value(run);
      return own === null || !isNumber ? own : Number(own);
    };
    return [{ id: key, label, isNumber, value: sorted, print: (run) => value(run) ?? NONE }];
  });
}

export interface Sorting {
  readonly column: string;
  readonly isDescending: boolean;
}

/** Runs without a value come last, either way; equal ones keep their order. */
export function sortRuns(
  runs: readonly RunSummary[],
  columns: readonly RunColumn[],
  { column: id, isDescending }: Sorting,
): readonly RunSummary[] {
  const column = columns.find((one) => one.id === id);
  if (column === undefined) return runs;
  const sign = isDescending ? -1 : 1;
  return runs.toSorted((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
  });
}
