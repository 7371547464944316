// Models that lie inside a folder which is none itself: a download cache, a folder of checkpoints, a folder one level too high.

import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Levels, as many as a download cache has: models--…/snapshots/…/ */
const DEEPEST = 4;
/** Folders that are looked into; whoever gives the root of a disk need not wait. */
const MOST_FOLDERS = 200;
const MOST_NAMED = 3;

/** For the way out of a refusal: “there is one in …”. */
export function modelsInside(folder: string): readonly string[] {
  const found: string[] = [];
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth <= DEEPEST && found.length < MOST_NAMED; depth += 1) {
    const next: string[] = [];
    for (const path of level) {
      looked += 1;
      if (looked > MOST_FOLDERS) return found;
      const entries = list(path);
      if (path !== folder && entries.some(({ name }) => name === "model_index.json" || name === "unet"))
        found.push(path);
      else next.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name)));
      if (depth < 2) found.push(...entries.filter(isSingleFile).map(({ name }) => join(path, name)));
    }
    level = next;
  }
  return found.slice(0, MOST_NAMED);
}

/** @param otherwise what to do where there is none */
export function pointToModels(folder: string, otherwise: string): string {
  const inside = modelsInside(folder);
  return inside.length === 0 ? otherwise : `give one of the models inside: ${inside.join(", ")}`;
}

function list(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    // A folder that may not be read is no help; why is told when it is named itself.
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

function isSingleFile(entry: { readonly name: string; readonly isDirectory: () => boolean }): boolean {
  // The weights of a part have these names.
  return (
    !entry.isDirectory() &&
    /\.(safetensors|ckpt)$/i.test(entry.name) &&
    !/^(diffusion_pytorch_|pytorch_)?model\b/.test(entry.name)
  );
}
