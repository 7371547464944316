// The tables of an evaluation, the same for the terminal, the written report and the window.

import type { EvaluationReport, Interval } from "./evaluation-report.ts";
import { printPercent } from "./print-percent.ts";
import { printNumber, printSigned } from "./reward-words.ts";

const DECIMALS = 4;

/** Rows of cells; the first row is the heading, the first column the names. */
export type TextTable = readonly (readonly string[])[];

/** Mean rewards under each condition. */
export function rewardTable({ rewards, others = [] }: EvaluationReport): TextTable {
  const row = (name: string, { null: none, handcrafted, learned }: EvaluationReport["rewards"]["train"]): string[] => [
    name,
    ...[none, handcrafted, learned].map(printReward),
  ];
  return [
    ["mean reward", "no negative", "handwritten", "learned"],
    row("training reward", rewards.train),
    row("held-out reward", rewards.heldOut),
    ...others.map((other) => row(`held-out: ${other.name}`, other.rewards)),
  ];
}

/** By how much the learned embedding is ahead, how sure that is, and in how many pairs. */
export function differenceTable({ intervals, winRate, heldOutWinRate, others = [] }: EvaluationReport): TextTable {
  const row = (name: string, { mean, low, high }: Interval, wins: number): string[] => [
    name,
    printSigned(mean, DECIMALS),
    `${printSigned(low, DECIMALS)} … ${printSigned(high, DECIMALS)}`,
    printShare(wins),
  ];
  return [
    ["learned against", "difference", "95 % interval", "wins"],
    row("no negative, training reward", intervals.trainVsNull, winRate.vsNull),
    row("handwritten, training reward", intervals.trainVsHandcrafted, winRate.vsHandcrafted),
    row("no negative, held-out reward", intervals.heldOutVsNull, heldOutWinRate.vsNull),
    row("handwritten, held-out reward", intervals.heldOutVsHandcrafted, heldOutWinRate.vsHandcrafted),
    ...others.flatMap(({ name, intervals: own, winRate: wins }) => [
      row(`no negative, ${name}`, own.vsNull, wins.vsNull),
      row(`handwritten, ${name}`, own.vsHandcrafted, wins.vsHandcrafted),
    ]),
  ];
}

/** Prompts with an embedding of their own; absent where there are none. */
export function perSampleTable({ perSample = [] }: Pick<EvaluationReport, "perSample">): TextTable | undefined {
  if (perSample.length === 0) return undefined;
  return [
    ["prompt", "global", "its own"],
    ...perSample.map(({ prompt, global, perSample: own }) => [prompt, ...[global, own].map(printReward)]),
  ];
}

/** With aligned columns: names to the left, numbers to the right. */
export function printTable(table: TextTable): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("   "),
  );
  return lines.join("\n");
}

function printReward(reward: number): string {
  return printNumber(reward, DECIMALS);
}

function printShare(share: number): string {
  return `${printPercent(share)} %`;
}
