// What a run keeps of its previews.

import { z } from "zod";

/** Pixels of white between two pictures of a row. */
export const PREVIEW_GAP = 4;

/** In the run's folder. */
export const PREVIEWS_FOLDER = "previews";

/** In the run's folder: a line a preview. Earlier versions told one that was drawn again twice; then the last line counts. */
export const PREVIEW_REWARDS = `${PREVIEWS_FOLDER}/rewards.jsonl`;

export const previewRewards = z.object({
  /** Of the preview; empty if there is only one. */
  name: z.string(),
  step: z.int().nonnegative(),
  /** The reward that is climbed, of each picture. */
  rewards: z.array(z.number()),
});
export type PreviewRewards = z.output<typeof previewRewards>;

/** The keyword of a preview's PNG under which its pictures are listed, each with prompt, seed, reward and parameters. */
export const PREVIEW_IMAGES_TEXT = "reneg-images";
