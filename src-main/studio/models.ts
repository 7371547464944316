// The models that the app knows: used before, chosen by the user, or in the folders in which models are kept.

import { resolve } from "node:path";
import { z } from "zod";
import type { ApplyRequest } from "../common/applying.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import type { Home } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { listPipelines } from "./runs.ts";

const MOST_RECENT = 50;
const known = z.object({ recent: z.array(z.string()).default([]), folders: z.array(z.string()).default([]) });
type Known = z.output<typeof known>;

/** The last used first, those that runs have learned with after them. */
export function knownModels(home: Home): Known {
  const { recent, folders } = read(home);
  return { recent: [...new Set([...recent, ...listPipelines(home)])], folders };
}

export function rememberModels(home: Home, paths: readonly string[]): void {
  const { recent, folders } = read(home);
  const used = paths.filter((path) => !isEmbeddedName(path)).map((path) => resolve(path));
  write(home, { recent: [...new Set([...used, ...recent])].slice(0, MOST_RECENT), folders });
}

export function saveModelFolders(home: Home, folders: readonly string[]): void {
  write(home, { ...read(home), folders: [...new Set(folders.map((folder) => resolve(folder)))] });
}

/** What a request names besides its embedding and its pictures. */
export function modelsOf({ to, base, controls }: ApplyRequest): string[] {
  return [to, ...(base === undefined ? [] : [base]), ...controls.flatMap(({ controlnet }) => controlnet ?? [])];
}

function read(home: Home): Known {
  return readJsonFile(home.modelsFile, known, { recent: [], folders: [] });
}

function write(home: Home, value: Known): void {
  writeJsonFile(home.modelsFile, value);
}
