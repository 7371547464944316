// The pipeline, rewards and prompt lists that come with the program.

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EMBEDDED_NAME } from "../common/embedded-name.ts";

const emoji = (path: string): string => fileURLToPath(new URL(`../../resources/emoji/${path}`, import.meta.url));

export { EMBEDDED_NAME };

export const embedded = {
  pipeline: emoji("pipeline"),
  rewards: { preference: emoji("rewards/preference"), heldOut: emoji("rewards/held-out") },
  prompts: { train: emoji("prompts/train.txt"), heldOut: emoji("prompts/held-out.txt") },
} as const;

/** The absolute path that a user's word for a pipeline stands for. */
export function pipelinePath(path: string): string {
  return path === EMBEDDED_NAME ? embedded.pipeline : resolve(path);
}

/** What comes with the program: `emoji`, or something beside that pipeline, as `emoji:rewards/preference`. `undefined`: a path like any other. */
export function embeddedPath(path: string): string | undefined {
  if (path === EMBEDDED_NAME) return embedded.pipeline;
  const part = /^emoji:((?:[\w-]+\/)*[\w-]+(?:\.txt)?)$/.exec(path)?.[1];
  return part === undefined ? undefined : emoji(part);
}
