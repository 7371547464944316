// A small evaluation for tests: every reward is given by a formula, so that means and wins can be worked out by hand.

import { CONDITIONS, type Condition, type EvaluationScore } from "../../common/evaluation-report.ts";
import type { EvaluationFacts } from "../evaluation-report.ts";

export const SETTINGS: EvaluationFacts["settings"] = {
  command: "reneg demo --seed 0",
  pipeline: "emoji",
  rewards: { train: "preference", heldOut: "held-out" },
  handcrafted: "blurry, noisy",
  steps: 30,
  guidance: 7.5,
  scheduler: "ddim",
  device: "cpu",
  learning: { prompts: 200, steps: 60, batch: 8, optimizer: "adamw", learningRate: 5e-3, seed: 0 },
};

/** Reward of an image by condition, prompt number and seed number. */
export type Rewards = (condition: Condition, prompt: number, seed: number) => number;

export function sampleScores(
  prompts: number,
  seeds: number,
  rewards: { readonly train: Rewards; readonly heldOut: Rewards },
): readonly EvaluationScore[] {
  const scores: EvaluationScore[] = [];
  for (const condition of CONDITIONS) {
    for (let prompt = 0; prompt < prompts; prompt++) {
      for (let seed = 0; seed < seeds; seed++) {
        const [train, heldOut] = [rewards.train(condition, prompt, seed), rewards.heldOut(condition, prompt, seed)];
        scores.push({ condition, prompt: `prompt ${prompt}`, seed, train, heldOut });
      }
    }
  }
  return scores;
}

/** Rewards that differ by prompt, with a constant gain over them under each condition. */
export function constantGain(gains: Readonly<Record<Condition, number>>): Rewards {
  return (condition, prompt) => 0.1 * (prompt % 4) + gains[condition];
}
