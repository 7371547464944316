// The table of what each kind is worth: both rewards against no negative, with intervals, and what training costs.

import type { EvaluationReport, Interval } from "../../src-main/common/evaluation-report.ts";
import { printNumber, printSigned } from "../../src-main/common/reward-words.ts";
import type { Row, RowResult } from "./rows.ts";

export interface ResultOfRow {
  readonly row: Row;
  readonly result: RowResult;
}

const HEADING = [
  "trained",
  "training reward",
  "against no negative",
  "wins",
  "held-out reward",
  "against no negative",
  "wins",
  "processor seconds",
  "memory",
  "file",
];

export function tableOf(results: readonly ResultOfRow[]): string {
  const [first] = results;
  if (first === undefined) throw new Error("there is no row");
  const { rewards } = first.result.report;
  const fixed = (title: string, of: "null" | "handcrafted"): string[] => [
    title,
    reward(rewards.train[of]),
    "",
    "",
    reward(rewards.heldOut[of]),
    "",
    "",
    "–",
    "–",
    "–",
  ];
  const rows = [fixed("no negative", "null"), fixed("handwritten", "handcrafted"), ...results.map(rowOf)];
  const rule = HEADING.map((_, i) => (i === 0 ? "---" : "---:"));
  return `${[HEADING, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function rowOf({ row, result: { report, processorSeconds, memoryMB, bytes } }: ResultOfRow): string[] {
  const { rewards, intervals, winRate, heldOutWinRate } = report;
  return [
    row.from === undefined ? row.title : `${row.title} (${report.prompts.length} prompts)`,
    reward(rewards.train.learned),
    difference(intervals.trainVsNull),
    share(winRate.vsNull),
    reward(rewards.heldOut.learned),
    difference(intervals.heldOutVsNull),
    share(heldOutWinRate.vsNull),
    row.from === undefined ? processorSeconds.toFixed(0) : `+ ${processorSeconds.toFixed(0)} a prompt`,
    `${memoryMB.toFixed(0)} MB`,
    `${(bytes / 1000).toFixed(0)} kB`,
  ];
}

type Means = EvaluationReport["rewards"]["train"];

function reward(mean: Means["learned"]): string {
  return printNumber(mean);
}

function difference({ mean, low, high }: Interval): string {
  return `${printSigned(mean)} (${printSigned(low)} … ${printSigned(high)})`;
}

function share(wins: number): string {
  return `${Math.round(100 * wins)} %`;
}
