// Models in a folder of models, as people keep them: some levels deep, folders of diffusers and single files side by side.

import { type Dirent, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { isModel } from "../models/target/kind-of-target.ts";

const DEEPEST = 4;
const MOST_ENTRIES = 5000;
/** Smaller files are embeddings and the like. */
const LEAST_BYTES = 2 ** 20;
const ENDINGS = new Set([".safetensors", ".ckpt", ".pth", ".pt", ".bin"]);

export function findModels(folder: string): string[] {
  const found: string[] = [];
  let looked = 0;
  const search = (path: string, depth: number): void => {
    for (const entry of entriesOf(path)) {
      if (entry.name.startsWith(".") || ++looked > MOST_ENTRIES) continue;
      const inside = join(path, entry.name);
      // Through links, as caches of models have them.
      const status = statSync(inside, { throwIfNoEntry: false });
      if (status?.isDirectory() === true) {
        // Parts of a model are not listed besides it.
        if (isModel(inside)) found.push(inside);
        else if (depth < DEEPEST) search(inside, depth + 1);
      } else if (status?.isFile() === true && status.size >= LEAST_BYTES && ENDINGS.has(extname(entry.name))) {
        if (isModel(inside)) found.push(inside);
      }
    }
  };
  search(folder, 1);
  return found;
}

/** A folder that is gone or may not be read holds nothing. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
