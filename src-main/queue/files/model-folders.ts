// The weights that a worker has: listed when it starts, and known by what they are when a job asks for them. To read samples of all would keep
// a worker with many on a slow disk from its work for minutes.

import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import type { FoundModel, ModelIdentity } from "../../common/queue/job.ts";
import { createIdentify, type Identify } from "../../weights/identity.ts";
import { isThere } from "../../weights/is-there.ts";
import { bytesOf, type Found, lookAt, trimmed } from "../../weights/look-at.ts";

export interface ModelFolders {
  readonly models: () => readonly FoundModel[];
  /** Where weights lie here at this moment; looks for new ones before it says that they are missing. */
  readonly pathOf: (model: Pick<ModelIdentity, "identity" | "bytes">) => string | undefined;
}

/** Of folders in a folder of models: `models/sd15/unet` is one, deeper ones are parts. */
const DEEPEST = 3;

/** @param identify reads what may be asked for @throws Refusal for a folder that is not there */
export function openModelFolders(folders: readonly string[], identify: Identify = createIdentify()): ModelFolders {
  for (const folder of folders) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    refuse({
      code: "file-missing",
      at: { file: folder, option: "--models" },
      message: "there is no such folder of models",
      help: "name the folder in which this machine keeps its models",
    });
  }
  const list = () =>
    folders
      .flatMap((folder) => upTo(DEEPEST, lookAt(resolve(folder))))
      .map((found) => ({ path: found.path, bytes: bytesOf(trimmed(found)) }));
  let listed = list();
  const find: ModelFolders["pathOf"] = ({ identity, bytes }) =>
    listed.find((one) => one.bytes === bytes && isThere(one.path) && identify(one.path).identity === identity)?.path;
  return {
    models: () => listed.map(({ path, bytes }) => ({ name: basename(path), bytes })),
    pathOf(model) {
      const path = find(model);
      if (path !== undefined) return path;
      listed = list();
      return find(model);
    },
  };
}

/** It and what is in it, so many levels deep. */
function upTo(levels: number, found: Found): Found[] {
  if (found.kind === "file" || levels === 0) return [found];
  return [found, ...found.parts.flatMap((part) => upTo(levels - 1, part))];
}
