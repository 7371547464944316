// The pipeline, rewards and prompt lists that come with the program.

import { fileURLToPath } from "node:url";

const emoji = (path: string): string => fileURLToPath(new URL(`../../resources/emoji/${path}`, import.meta.url));

/** The name that stands for the embedded pipeline wherever a pipeline's folder is asked for; a folder called so is `./emoji`. */
export const EMBEDDED_NAME = "emoji";

export const embedded = {
  pipeline: emoji("pipeline"),
  rewards: { preference: emoji("rewards/preference"), heldOut: emoji("rewards/held-out") },
  prompts: { train: emoji("prompts/train.txt"), heldOut: emoji("prompts/held-out.txt") },
} as const;
