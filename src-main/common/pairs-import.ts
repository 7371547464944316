// Tables of pairs in Parquet, as the published data sets come, made into a folder that everything here reads.

import { z } from "zod";

/** The table of a folder of pairs, as imports and the ratings of the user write it. */
export const PAIRS_TABLE = "pairs.jsonl";

export const importPairsInput = z.object({
  /** `.parquet` files, read one after another. */
  files: z.array(z.string()).min(1),
  /** The folder that gets `pairs.jsonl`, and `images` where the tables hold them. */
  out: z.string(),
  /** The folder instead, where the tables only name images: the one in which these lie. Absent: `out` as well. */
  outOfNamed: z.string().optional(),
  /** Rows that are taken, the first ones. Absent: all. */
  limit: z.int().positive().optional(),
});

export const importPairsResult = z.object({
  /** Absolute. */
  folder: z.string(),
  /** That were taken. */
  rows: z.int().nonnegative(),
  /** Rows in which nobody said which image is better. */
  leftOut: z.int().nonnegative(),
  pairs: z.int().positive(),
  /** Different ones that were written. */
  images: z.int().nonnegative(),
});
export type ImportPairsResult = z.output<typeof importPairsResult>;
