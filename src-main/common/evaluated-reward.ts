// What an evaluation says of a learned embedding, as short as a card or a line has room for.

import { z } from "zod";
import { type EvaluationReport, interval } from "./evaluation-report.ts";

const compared = z.object({
  /** Mean rewards without a negative, and with the handwritten and the learned one. */
  none: z.number(),
  handwritten: z.number(),
  learned: z.number(),
  /** Learned minus none, over the same prompts and seeds. */
  gain: interval,
  /** Share of the pairs in which the learned one is above none; a tie counts half. */
  wins: z.number().min(0).max(1),
});

export const evaluatedReward = z.object({
  /** None of them was learned from. */
  prompts: z.int().positive(),
  /** Pairs: the same prompt and seed with and without. */
  pairs: z.int().positive(),
  train: compared,
  heldOut: compared,
});
export type EvaluatedReward = z.output<typeof evaluatedReward>;

export function evaluatedRewardOf(report: EvaluationReport): EvaluatedReward {
  const { prompts, seeds, rewards, intervals, winRate, heldOutWinRate } = report;
  const row = ({ null: none, handcrafted, learned }: EvaluationReport["rewards"]["train"]) => ({
    none,
    handwritten: handcrafted,
    learned,
  });
  return {
    prompts: prompts.length,
    pairs: prompts.length * seeds.length,
    train: { ...row(rewards.train), gain: intervals.trainVsNull, wins: winRate.vsNull },
    heldOut: { ...row(rewards.heldOut), gain: intervals.heldOutVsNull, wins: heldOutWinRate.vsNull },
  };
}
