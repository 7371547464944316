// The largest whole numbers that inputs may hold: more is a slip of the hand, and would be found out only after hours.

import { z } from "zod";

/**
 * Images of one prompt are drawn from seed, seed + 1 and so on, which must stay whole numbers below 2⁵³: the rest is room for as many
 * images as anyone draws.
 */
export const LARGEST_SEED = 9_007_000_000_000_000;
export const seed = z.int().nonnegative().max(LARGEST_SEED);

/** Steps of learning, or between two events of a run. */
export const LARGEST_STEP = 100_000_000;
export const stepCount = z.int().positive().max(LARGEST_STEP);

/** Images in a step of learning. */
export const batchSize = z.int().positive().max(65_536);

/** Pixels of a side. */
export const pixelSide = z.int().positive().max(8192);

/** Images of each prompt in one command. */
export const imageCount = z.int().positive().max(100_000);
