// The pipeline, rewards and prompt lists that come with the program.

import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { EMBEDDED_NAME, embeddedPlace } from "../common/embedded-name.ts";

const resource = (path: string): string => fileURLToPath(new URL(`../../resources/${path}`, import.meta.url));
const emoji = (path: string): string => resource(`emoji/${path}`);

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

/** The same for any model. */
export function modelPath(path: string): string {
  return embeddedPath(path) ?? resolve(path);
}

/** What comes with the program belongs to its pipeline. @param path absolute */
export function embeddedBase(path: string): string | undefined {
  return path.startsWith(resource("emoji") + sep) ? EMBEDDED_NAME : undefined;
}

/** Where what comes with the program lies; `undefined` for a path like any other. */
export function embeddedPath(path: string): string | undefined {
  const place = embeddedPlace(path);
  return place && resource(`${place.folder}/${place.part}`);
}
