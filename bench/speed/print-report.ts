// The figures as a person reads them, in a terminal and as Markdown.

import type { Goal } from "./goals.ts";
import { printMachine } from "./print-machine.ts";
import { alignTable, markdownTable, type Row } from "./print-table.ts";
import type { Machine } from "./results.ts";
import type { CaseFigures, Figures, SideFigures } from "./summarize.ts";

const CASE_HEADS: Row = [
  "case",
  "ours",
  "PyTorch",
  "ours / PyTorch",
  "peak memory, ours",
  "PyTorch",
  "foreseen",
  "TFLOP",
  "of the peak",
  "error",
];
const GOAL_HEADS: Row = ["goal", "wanted", "measured", ""];
const APART_HEADS: Row = ["not counted", "PyTorch", "ours / PyTorch", "peak memory"];

/** Beyond this share of the cores at work for others, seconds are upper bounds. */
const IDLE_BELOW = 0.1;

export interface Report {
  readonly machine: Machine;
  readonly figures: Figures;
  readonly goals: readonly Goal[];
}

export function printReport(report: Report): string {
  return tablesOf(report)
    .map(alignTable)
    .concat(...notesOf(report))
    .join("\n\n");
}

export function printMarkdown(report: Report): string {
  return [...notesOf(report), ...tablesOf(report).map(markdownTable)].join("\n\n");
}

function tablesOf({ figures, goals }: Report): Row[][] {
  const compared = figures.cases.filter(({ growth }) => growth === null || growth === undefined);
  const apart = compared.flatMap((one) => one.apart.map((way) => apartRow(one, way)));
  return [
    [CASE_HEADS, ...compared.map(caseRow)],
    ...(apart.length === 0 ? [] : [[APART_HEADS, ...apart]]),
    [GOAL_HEADS, ...goals.map(goalRow)],
  ];
}

function caseRow({ title, ours, peer, ratio, facts, flops, oursShare, error }: CaseFigures): Row {
  return [
    title,
    timeOf(ours),
    peer === null ? "–" : `${timeOf(peer)} (${peer.variant})`,
    ratio === null ? "–" : ratio.toFixed(2),
    memoryOf(ours?.peak),
    memoryOf(peer?.peak),
    memoryOf(facts?.foreseen ?? undefined),
    flops === null ? "–" : (flops / 1e12).toPrecision(3),
    oursShare === null ? "–" : oursShare.toFixed(2),
    error === null ? "–" : error.toExponential(0),
  ];
}

function apartRow({ title, ours }: CaseFigures, way: SideFigures): Row {
  const ratio = ours === null ? "–" : (ours.median / way.median).toFixed(2);
  return [`${title}: ${way.variant}`, timeOf(way), ratio, memoryOf(way.peak)];
}

function goalRow({ goal, figure, limit, unit, isReached }: Goal): Row {
  const number = (value: number): string =>
    `${value.toFixed(unit === "share" ? 3 : 2)}${unit === "seconds" ? " s" : ""}`;
  const wanted =
    "atMost" in limit
      ? `≤ ${number(limit.atMost)}`
      : "atLeast" in limit
        ? `≥ ${number(limit.atLeast)}`
        : `${limit.within.map(number).join(" to ")}`;
  const verdict = isReached === null ? "not measured" : isReached ? "reached" : "missed";
  return [goal, wanted, figure === null ? "–" : number(figure), verdict];
}

function notesOf({ machine, figures }: Report): string[] {
  const busy = figures.cases.filter((one) => one.busy >= IDLE_BELOW);
  return [
    printMachine(machine),
    ...(figures.peak === null
      ? []
      : [`The machine's peak, a product of two 4096×4096 matrices: ${(figures.peak / 1e9).toFixed(0)} GFLOP/s.`]),
    ...(busy.length === 0
      ? []
      : [
          `Beside other work, so that seconds are upper bounds and ratios unsure: ${busy.map((one) => `${one.name} (${Math.round(100 * one.busy)} % of the cores taken)`).join(", ")}.`,
        ]),
  ];
}

/** `1.20 s (1.18 to 1.31)` */
function timeOf(side: SideFigures | null): string {
  if (side === null) return "–";
  return `${seconds(side.median)} s (${seconds(side.low)} to ${seconds(side.high)})`;
}

function seconds(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toPrecision(3) : value.toFixed(3);
}

function memoryOf(bytes: number | undefined): string {
  return bytes === undefined ? "–" : `${(bytes / 1e9).toFixed(2)} GB`;
}
