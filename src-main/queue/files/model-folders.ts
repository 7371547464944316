// The weights that a worker has, by what they are.

import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import type { ModelIdentity } from "../../common/queue/job.ts";
import { createIdentify } from "../../weights/identity.ts";

export interface ModelFolders {
  readonly models: () => readonly ModelIdentity[];
  /** Where weights lie here; looks again before it says that they are missing. */
  readonly pathOf: (identity: string) => string | undefined;
}

/** Of folders in a folder of models: `models/sd15/unet` is one, deeper ones are parts. */
const DEEPEST = 3;

/** @throws Refusal for a folder that is not there */
export function openModelFolders(folders: readonly string[]): ModelFolders {
  const identify = createIdentify();
  for (const folder of folders) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    refuse({
      code: "file-missing",
      at: { file: folder, option: "--models" },
      message: "there is no such folder of models",
      help: "name the folder in which this machine keeps its models",
    });
  }
  const look = (): ReadonlyMap<string, string> => {
    const found = new Map<string, string>();
    for (const folder of folders)
      for (const path of pathsIn(resolve(folder), DEEPEST)) found.set(identify(path).identity, path);
    return found;
  };
  let known = look();
  return {
    models: () => [...known].map(([identity, path]) => ({ identity, name: basename(path) })),
    pathOf(identity) {
      if (!known.has(identity)) known = look();
      return known.get(identity);
    },
  };
}

function pathsIn(folder: string, depth: number): string[] {
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .flatMap(({ name }) => {
      const path = join(folder, name);
      const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
      if (isFolder === undefined) return [];
      return isFolder && depth > 1 ? pathsIn(path, depth - 1) : [path];
    });
  return [folder, ...inside];
}
