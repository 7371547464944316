// Figures of a case, from its turns.

import { median } from "../../src-main/common/means.ts";
import { type CaseName, CASE_NAMES, caseOf, PEAK_CASE } from "./cases.ts";
import type { Answer } from "./job.ts";
import type { Results, Side, Turn } from "./results.ts";
import { fastestVariant } from "./turns.ts";

export interface SideFigures {
  readonly variant: string;
  /** Of all timed runs of all turns. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Median seconds of the processor, all cores together: tells the work apart from waiting for a busy machine. */
  readonly processor: number;
  /** Bytes, the most of any turn. */
  readonly peak: number;
  /** Seconds from nothing until all is opened, and of the first run: of each turn in order. */
  readonly openings: readonly number[];
  readonly firsts: readonly number[];
}

export interface CaseFigures {
  readonly name: CaseName;
  readonly title: string;
  readonly ours: SideFigures | null;
  readonly peer: SideFigures | null;
  /** Ours / peer: of medians of time, of the processor's time, and of peak memory. */
  readonly ratio: number | null;
  readonly processorRatio: number | null;
  readonly memoryRatio: number | null;
  /** Ways of the peer that do not count for the ratio. */
  readonly apart: readonly SideFigures[];
  /** The largest error of what both sides compute. */
  readonly error: number | null;
  /** Floating-point operations of one of our runs; a second; and of the machine's peak, each side's share. */
  readonly flops: number | null;
  readonly oursShare: number | null;
  readonly facts: NonNullable<Answer["facts"]> | null;
  /** Seconds of loading in each of our turns. */
  readonly loadings: readonly number[];
  /** Share of the cores that others used before its turns, at most. */
  readonly busy: number;
  readonly growth: Answer["growth"] | null;
}

export interface Figures {
  /** Floating-point operations a second of a large product of matrices: the larger of both sides. */
  readonly peak: number | null;
  readonly cases: readonly CaseFigures[];
}

export function summarize(results: Results): Figures {
  const peak = peakOf(results);
  return { peak, cases: CASE_NAMES.flatMap((name) => summarizeCase(name, results, peak) ?? []) };
}

function summarizeCase(name: CaseName, { cases }: Results, peak: number | null): CaseFigures | null {
  const result = cases[name];
  if (result === undefined || result.turns.length === 0) return null;
  const asked = caseOf(name);
  const fastest = fastestVariant(asked, result);
  const ours = sideFigures(result.turns, "ours", "ours");
  const peer = sideFigures(result.turns, "peer", fastest);
  const ofOurs = result.turns.filter(({ side }) => side === "ours");
  const facts = ofOurs.at(-1)?.facts ?? null;
  const errors = result.agreements.filter(({ variant }) => variant === fastest).map(({ error }) => error ?? Infinity);
  const flops = facts?.flops ?? null;
  return {
    name,
    title: asked.title,
    ours,
    peer,
    ratio: quotient(ours?.median, peer?.median),
    processorRatio: quotient(ours?.processor, peer?.processor),
    memoryRatio: quotient(ours?.peak, peer?.peak),
    apart: (asked.apart ?? []).flatMap((variant) => sideFigures(result.turns, "peer", variant) ?? []),
    error: errors.length === 0 ? null : Math.max(...errors),
    flops,
    oursShare: flops === null || peak === null || ours === null ? null : flops / ours.median / peak,
    facts,
    loadings: ofOurs.flatMap((turn) => turn.facts?.loading ?? []),
    busy: Math.max(...result.turns.map(({ busy }) => busy)),
    growth: ofOurs.at(-1)?.growth ?? null,
  };
}

function sideFigures(turns: readonly Turn[], side: Side, variant: string): SideFigures | null {
  const taken = turns.filter((turn) => turn.side === side && turn.variant === variant);
  if (taken.length === 0) return null;
  const seconds = taken.flatMap((turn) => turn.seconds);
  return {
    variant,
    median: median(seconds),
    low: Math.min(...seconds),
    high: Math.max(...seconds),
    processor: median(taken.flatMap(({ processor }) => processor)),
    peak: Math.max(...taken.map(({ peak }) => peak)),
    openings: taken.map(({ opening }) => opening),
    firsts: taken.map(({ first }) => first),
  };
}

/** Two operations for each product and its sum. */
function peakOf({ cases }: Results): number | null {
  const turns = cases[PEAK_CASE]?.turns ?? [];
  const fastest = Math.min(...turns.flatMap(({ seconds }) => seconds));
  return turns.length === 0 ? null : (2 * caseOf(PEAK_CASE).side ** 3) / fastest;
}

function quotient(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? null : a / b;
}
