// What came of all parts: a table for people, and counts for a program.

import type { Outcome, Row } from "./part.ts";

export interface PartOutcome extends Outcome {
  readonly part: string;
  readonly seconds: number;
  /** The command that does the same again. */
  readonly repeat: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export function countOf(outcomes: readonly PartOutcome[]): Counts {
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  const failed = sum(rows.map(({ faults }) => faults.length));
  return { failed, passed: sum(rows.map(({ tried }) => tried)) - failed };
}

export function printOutcomes(outcomes: readonly PartOutcome[]): string {
  const rows = outcomes.flatMap(({ part, rows: ofPart }) => ofPart.map((row) => cellsOf(part, row)));
  const { passed, failed } = countOf(outcomes);
  return [
    ...alignColumns([["part", "what", "tried", "faults", "figures"], ...rows]),
    ...outcomes.flatMap(({ part, skipped }) => (skipped === undefined ? [] : ["", `left out of ${part}: ${skipped}`])),
    ...outcomes.flatMap(printFaults),
    "",
    `${passed} passed, ${failed} failed`,
  ].join("\n");
}

function printFaults({ part, rows, repeat }: PartOutcome): string[] {
  const faults = rows.flatMap(({ what, faults: ofRow }) => ofRow.map((fault) => `  ${what}: ${fault}`));
  return faults.length === 0 ? [] : ["", `faults of ${part}; the same again: ${repeat}`, ...faults];
}

function cellsOf(part: string, { what, tried, faults, note = "" }: Row): string[] {
  return [part, what, String(tried), String(faults.length), note];
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
