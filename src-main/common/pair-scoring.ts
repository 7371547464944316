// Pairs of which people said which image is better, scored by a reward.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { pairAccuracy } from "./pair-accuracy.ts";
import { rewardOptions } from "./reward-options.ts";

export const scorePairsInput = z.object({
  /** As `score` takes it. */
  reward: z.string(),
  ...rewardOptions,
  /** A table of pairs, or the folder that it lies in with its images. */
  pairs: z.string(),
  /** Pairs that are scored, the first ones. Absent: all. */
  limit: z.int().positive().optional(),
  device: deviceChoice.default("auto"),
});

const scoredImage = z.object({ image: z.string(), score: z.number() });

const scoredPair = z.object({
  /** In the table, counted from 1. */
  row: z.int().positive(),
  prompt: z.string(),
  better: scoredImage,
  worse: scoredImage,
  /** Neither is better: which is called so means nothing. */
  tie: z.boolean(),
});
export type ScoredPair = z.output<typeof scoredPair>;

export const scorePairsResult = z.object({
  /** The table's file. */
  table: z.string(),
  /** `null`: all are ties. */
  accuracy: pairAccuracy.nullable(),
  /** Pairs of which people said that neither image is better. */
  ties: z.int().nonnegative(),
  /** Pairs of the table that were left out, as `limit` asks for. */
  leftOut: z.int().nonnegative(),
  pairs: z.array(scoredPair).min(1),
  /** The reward's name, and what it is. */
  reward: z.string(),
  kind: z.string(),
  device: deviceName,
});
export type ScorePairsResult = z.output<typeof scorePairsResult>;
