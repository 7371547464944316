// Whether a path leads to anything, for whoever would write there if it did not.

import { statSync } from "node:fs";

/** @throws what the system says where it cannot know, as of a broken disk: taken for nothing, what lies there would be written over */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** For whoever would forget what is not there: where the system cannot know it may be there again tomorrow. */
export function mayBeThere(path: string): boolean {
  try {
    return isThere(path);
  } catch {
    return true;
  }
}
