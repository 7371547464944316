// The images of an evaluation, each in a file of its own: `comparison.json` of its folder, and what the window shows of it.

import { z } from "zod";
import { conditionName } from "./evaluation-report.ts";

export const COMPARISON_RECORD = "comparison.json";
/** The folder of the files, beside the record. */
export const COMPARED_IMAGES = "images";

export const comparisonRecord = z.object({
  format: z.literal("reneg-comparison").default("reneg-comparison"),
  formatVersion: z.literal(1).default(1),
  /** The handwritten negative. */
  handwritten: z.string(),
  images: z.array(
    z.object({
      condition: conditionName,
      prompt: z.string(),
      seed: z.int().nonnegative(),
      /** The reward that was climbed. */
      train: z.number(),
      /** The first that was held out; `null` where none was asked. */
      heldOut: z.number().nullable(),
      file: z.string(),
    }),
  ),
});
export type ComparisonRecord = z.output<typeof comparisonRecord>;
