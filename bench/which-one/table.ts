// The table of what each kind is worth: both rewards against no negative, with intervals, and what training costs.

import type { EvaluationReport } from "../../src-main/common/evaluation-report.ts";
import { printPercent } from "../../src-main/common/print-percent.ts";
import { printNumber } from "../../src-main/common/reward-words.ts";
import { markdownTable, printDifference } from "../markdown-table.ts";
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
  return `${markdownTable(HEADING, rows)}\n`;
}

function rowOf({ row, result: { report, processorSeconds, memoryMB, bytes } }: ResultOfRow): string[] {
  const { rewards, intervals, winRate, heldOutWinRate } = report;
  return [
    row.from === undefined ? row.title : `${row.title} (${report.prompts.length} prompts)`,
    reward(rewards.train.learned),
    printDifference(intervals.trainVsNull),
    share(winRate.vsNull),
    reward(rewards.heldOut.learned),
    printDifference(intervals.heldOutVsNull),
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

function share(wins: number): string {
  return `${printPercent(wins)} %`;
}
