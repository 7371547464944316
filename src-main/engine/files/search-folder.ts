// What lies in a folder of models, as people keep them: some levels deep, folders of diffusers and single files side by side.

import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Levels, as many as the cache of a hub has below its own: `hub/models--…/snapshots/…/`. */
const DEEPEST = 5;
const MOST_ENTRIES = 20_000;
/** Of programs and caches: thousands of files, and no models that anyone would choose there. */
const PASSED_OVER = new Set(["node_modules", "site-packages", "custom_nodes", "venv", "__pycache__", "blobs", "refs"]);

export interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly bytes: number;
}

/**
 * Level by level, so that a branch with very many entries hides nothing that lies higher.
 * @param look what an entry is; `undefined`: nothing, and a folder is searched further
 */
export function searchFolder<Found>(folder: string, look: (entry: Entry) => Found | undefined): Found[] {
  const found: Found[] = [];
  let left = MOST_ENTRIES;
  let level = [folder];
  for (let depth = 1; depth <= DEEPEST && level.length > 0; depth++) {
    const next: string[] = [];
    for (const entry of level.flatMap(entriesIn)) {
      if (--left < 0) return found;
      const thing = look(entry);
      if (thing !== undefined) found.push(thing);
      else if (entry.isFolder) next.push(entry.path);
    }
    level = next;
  }
  return found;
}

function entriesIn(folder: string): Entry[] {
  return read(folder)
    .filter(({ name }) => !name.startsWith(".") && !PASSED_OVER.has(name))
    .flatMap(({ name }) => {
      const path = join(folder, name);
      // Through links, as caches of models have them.
      const status = statSync(path, { throwIfNoEntry: false });
      return status === undefined ? [] : [{ path, isFolder: status.isDirectory(), bytes: status.size }];
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A folder that is gone or may not be read holds nothing. */
function read(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}
