// What a learned embedding says: the words nearest to each of its tokens, what each contributes, and what it draws at several strengths.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { strength } from "./embedding-strength.ts";
import { interval } from "./evaluation-report.ts";
import { imageCount, seed } from "./limits.ts";
import { pipelineOptions, schedulerName } from "./sampling.ts";

const pipelineInput = {
  embedding: z.string(),
  /** Whose text encoder it is for. */
  pipeline: z.string(),
  ...pipelineOptions,
  device: deviceChoice.default("auto"),
};

export const nearestInput = z.object({
  ...pipelineInput,
  /** Words that are told of each token. */
  count: z.int().min(1).max(50).default(5),
  /** Of a conditioning: how many of the vocabulary's words are encoded, the most frequent ones. Word vectors are compared with all. */
  words: z.int().min(1).max(50_000).default(500),
});
export type NearestInput = z.output<typeof nearestInput>;

const nearWord = z.object({ word: z.string(), cosine: z.number() });
export type NearWord = z.output<typeof nearWord>;

export const nearestResult = z.object({
  /** `tokens`: vectors, compared with rows of the encoder's table; `conditioning`: states behind the encoder, see `docs/understand.md`. */
  kind: z.enum(["tokens", "conditioning"]),
  /** That each was compared with. */
  compared: z.int().nonnegative(),
  places: z.array(
    z.object({
      /** Counted from 0; of a conditioning 0 is the begin mark. */
      place: z.int().nonnegative(),
      /** ‖learned − start‖ / ‖start‖ */
      change: z.number().nonnegative(),
      /** The nearest first; none where no word changes anything. */
      words: z.array(nearWord),
    }),
  ),
});
export type NearestResult = z.output<typeof nearestResult>;

/** How images are drawn that show what an embedding does. */
const drawing = {
  /** Absent: those of the emoji pipeline that nothing was learned from. */
  prompts: z.array(z.string()).min(1).optional(),
  /** Image i has prompt i, from the first again after the last, and starts from seed + i. */
  images: imageCount.default(8),
  seed: seed.default(0),
  steps: z.int().min(1).max(1000).default(30),
  scheduler: schedulerName.default("ddim"),
  /** Absent: the one that it was learned at, or 7.5. */
  guidance: z.number().min(1).optional(),
};

export const contributionsInput = z.object({
  ...pipelineInput,
  ...drawing,
  /** A reward's folder or file; absent: the one that comes with the program. */
  reward: z.string().optional(),
  /** Neighbouring places that are taken back together. Absent: so many that a dozen parts are left at most. */
  group: z.int().min(1).max(77).optional(),
});
export type ContributionsInput = z.output<typeof contributionsInput>;

export const contributionsResult = z.object({
  kind: z.enum(["tokens", "conditioning"]),
  reward: z.string(),
  images: z.int().positive(),
  /** Mean rewards with all of it, and with the start in its place. */
  learned: z.number(),
  start: z.number(),
  /** learned − start, over the same prompts and noise. */
  whole: interval,
  /** What is lost where the start's stand in these places, the first and the last of each. */
  parts: z.array(z.object({ first: z.int().nonnegative(), last: z.int().nonnegative(), contribution: interval })),
  device: deviceName,
  seconds: z.number(),
});
export type ContributionsResult = z.output<typeof contributionsResult>;

/** Images along strengths, for a slider. */
const STRENGTHS: readonly number[] = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export const strengthLadderInput = z.object({
  ...pipelineInput,
  ...drawing,
  images: imageCount.default(4),
  strengths: z
    .array(strength)
    .min(1)
    .max(50)
    .default([...STRENGTHS]),
  reward: z.string().optional(),
  /** A folder. */
  out: z.string(),
});

/** In the folder of a ladder. */
export const LADDER_FILE = "ladder.json";

export const strengthLadder = z.object({
  reward: z.string(),
  prompts: z.array(z.string()),
  seed,
  /** By strength, one row of images each, in files of the folder. */
  rungs: z.array(
    z.object({
      strength,
      /** Of each image. */
      rewards: z.array(z.number()),
      files: z.array(z.string()),
    }),
  ),
});
export type StrengthLadder = z.output<typeof strengthLadder>;

export const strengthLadderResult = strengthLadder.extend({
  folder: z.string(),
  device: deviceName,
  seconds: z.number(),
});
export type StrengthLadderResult = z.output<typeof strengthLadderResult>;
