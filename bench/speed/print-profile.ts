// A profile as a person reads it.

import { alignTable, markdownTable, type Row } from "./print-table.ts";
import type { Profile } from "./profile.ts";

const HEADS: Row = ["operator", "how many", "seconds", "of the time", "TFLOP", "GFLOP/s"];

/** Operators that take less than this share of the time are told together. */
const TOLD_FROM = 0.01;

export function printProfile(profile: Profile): string {
  return `${titleOf(profile)}\n\n${alignTable(rowsOf(profile))}`;
}

export function printProfileMarkdown(profile: Profile): string {
  return `${titleOf(profile)}\n\n${markdownTable(rowsOf(profile))}`;
}

function titleOf({ title, seconds, operators }: Profile): string {
  const inside = operators.reduce((sum, operator) => sum + operator.seconds, 0);
  return `${title}: ${inside.toFixed(2)} s of ${seconds.toFixed(2)} s pass in operators.`;
}

function rowsOf({ seconds, operators }: Profile): readonly Row[] {
  const isTold = (one: { readonly seconds: number }): boolean => one.seconds >= TOLD_FROM * seconds;
  const others = operators.filter((one) => !isTold(one));
  const sum = (key: "count" | "seconds" | "flops"): number => others.reduce((total, one) => total + one[key], 0);
  const rest = { operator: "all others", count: sum("count"), seconds: sum("seconds"), flops: sum("flops") };
  return [
    HEADS,
    ...[...operators.filter(isTold), ...(others.length === 0 ? [] : [rest])].map((one) => [
      one.operator,
      String(one.count),
      one.seconds.toFixed(2),
      `${Math.round((100 * one.seconds) / seconds)} %`,
      one.flops === 0 ? "–" : (one.flops / 1e12).toPrecision(3),
      one.flops === 0 ? "–" : (one.flops / one.seconds / 1e9).toFixed(0),
    ]),
  ];
}
