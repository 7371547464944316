// Remembers what was found out about a file until it changes: a list of hundreds of models is asked for again and again.

import { statSync } from "node:fs";
import type { DescribedFile } from "../../common/known-file.ts";
import { modelPath } from "../../models/embedded.ts";
import { describeFile } from "./describe-file.ts";

interface Remembered {
  readonly stamp: string;
  readonly file: DescribedFile | undefined;
}

const remembered = new Map<string, Remembered>();

export function describeOnce(path: string): DescribedFile | undefined {
  const status = statSync(modelPath(path), { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  // What lies in a folder may change without it: its own entries are what shows.
  if (status.isDirectory()) return describeFile(path);
  const stamp = `${status.mtimeMs} ${status.size}`;
  const known = remembered.get(path);
  if (known?.stamp === stamp) return known.file;
  const file = describeFile(path);
  remembered.set(path, { stamp, file });
  return file;
}
