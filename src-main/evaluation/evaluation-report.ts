// From the scores of single images to what an embedding is worth: means, win rates and intervals.

import {
  CONDITIONS,
  type Condition,
  type EvaluationReport,
  type EvaluationScore,
  type OtherReward,
} from "../common/evaluation-report.ts";
import { mean } from "../common/means.ts";
import { pairedBootstrap, winRate } from "./statistics.ts";

export interface EvaluationFacts extends Pick<EvaluationReport, "settings" | "seconds" | "peakMemoryMB" | "perSample"> {
  readonly scores: readonly EvaluationScore[];
}

/**
 * The report of an evaluation. Every prompt must have been scored once for each seed under each condition.
 * Intervals are over prompts: images of one prompt are alike, so each prompt counts once, with the mean over its seeds.
 */
export function summarise({ scores, ...facts }: EvaluationFacts): EvaluationReport {
  const prompts = [...new Set(scores.map(({ prompt }) => prompt))];
  const seeds = [...new Set(scores.map(({ seed }) => seed))];
  const table = tabulate(scores, prompts, seeds);
  const train = columns(table, ({ train }) => train);
  const heldOut = columns(table, ({ heldOut }) => heldOut);
  const others = Object.keys(scores[0]?.others ?? {});
  return {
    format: "reneg-evaluation",
    formatVersion: 1,
    prompts,
    seeds,
    rewards: { train: meansOf(train), heldOut: meansOf(heldOut) },
    winRate: winRatesOf(train),
    heldOutWinRate: winRatesOf(heldOut),
    intervals: {
      trainVsNull: difference(train, "null"),
      trainVsHandcrafted: difference(train, "handcrafted"),
      heldOutVsNull: difference(heldOut, "null"),
      heldOutVsHandcrafted: difference(heldOut, "handcrafted"),
    },
    ...(others.length > 0 && { others: others.map((name) => summariseOther(table, name)) }),
    ...facts,
    scores: [...scores],
  };
}

function summariseOther(table: Table, name: string): OtherReward {
  const scores = columns(table, ({ others }) => others?.[name] ?? NaN);
  return {
    name,
    rewards: meansOf(scores),
    winRate: winRatesOf(scores),
    intervals: { vsNull: difference(scores, "null"), vsHandcrafted: difference(scores, "handcrafted") },
  };
}

/** [prompt][seed] of each condition. */
type Table = Readonly<Record<Condition, readonly (readonly EvaluationScore[])[]>>;
type Column = readonly (readonly number[])[];
type Columns = Readonly<Record<Condition, Column>>;

function tabulate(scores: readonly EvaluationScore[], prompts: readonly string[], seeds: readonly number[]): Table {
  const keyOf = (condition: Condition, prompt: string, seed: number): string =>
    JSON.stringify([condition, prompt, seed]);
  const byKey = new Map(scores.map((score) => [keyOf(score.condition, score.prompt, score.seed), score]));
  const expected = CONDITIONS.length * prompts.length * seeds.length;
  if (scores.length !== expected) {
    throw new Error(`${scores.length} scores for ${prompts.length} prompts × ${seeds.length} seeds × 3 conditions`);
  }
  const rowsOf = (condition: Condition): EvaluationScore[][] =>
    prompts.map((prompt) =>
      seeds.map((seed) => byKey.get(keyOf(condition, prompt, seed)) ?? failOn(condition, prompt, seed)),
    );
  return { null: rowsOf("null"), handcrafted: rowsOf("handcrafted"), learned: rowsOf("learned") };
}

function failOn(condition: Condition, prompt: string, seed: number): never {
  throw new Error(`no score of "${prompt}" from seed ${seed} under ${condition}`);
}

function columns(table: Table, read: (score: EvaluationScore) => number): Columns {
  const column = (condition: Condition): Column => table[condition].map((row) => row.map(read));
  return { null: column("null"), handcrafted: column("handcrafted"), learned: column("learned") };
}

function meansOf(rewards: Columns): EvaluationReport["rewards"]["train"] {
  return {
    null: mean(rewards.null.flat()),
    handcrafted: mean(rewards.handcrafted.flat()),
    learned: mean(rewards.learned.flat()),
  };
}

function winRatesOf({ null: none, handcrafted, learned }: Columns): EvaluationReport["winRate"] {
  return {
    vsNull: winRate(learned.flat(), none.flat()),
    vsHandcrafted: winRate(learned.flat(), handcrafted.flat()),
  };
}

function difference(rewards: Columns, other: "null" | "handcrafted"): EvaluationReport["intervals"]["trainVsNull"] {
  return pairedBootstrap(rewards.learned.map(mean), rewards[other].map(mean));
}
