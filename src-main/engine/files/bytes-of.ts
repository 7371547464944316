// The size of a file, or of what a model's folder holds.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Levels below a model's folder in which its parts lie. */
const DEEPEST = 2;

export function bytesOf(path: string, depth = 0): number {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.size;
  if (depth > DEEPEST) return 0;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name), depth + 1), 0);
}
