// The models and other files that the app knows: used before, chosen by the user, or in the folders in which models are kept.

import { resolve } from "node:path";
import { z } from "zod";
import type { ApplyRequest } from "../common/applying.ts";
import { isEmbeddedName } from "../common/embedded-name.ts";
import type { Home } from "./home.ts";
import { alongside, readJsonFile, writeJsonFile } from "./json-file.ts";
import { listPipelines } from "./runs.ts";

const MOST_RECENT = 50;
const paths = z.array(z.string()).default([]);
const known = z.object({
  recent: paths,
  folders: paths,
  /** Whatever was chosen for a node: models, rewards, lists of prompts, embeddings. */
  chosen: paths,
});
type Known = z.output<typeof known>;

/** The last used first, those that runs have learned with after them. */
export function knownModels(home: Home): Pick<Known, "recent" | "folders"> {
  const { recent, folders } = read(home);
  return { recent: [...new Set([...recent, ...listPipelines(home)])], folders };
}

export function rememberModels(home: Home, paths: readonly string[]): void {
  alongside(() => {
    const before = read(home);
    write(home, { ...before, recent: newestFirst(paths, before.recent) });
  });
}

/** The newest first. */
export function chosenFiles(home: Home): readonly string[] {
  return read(home).chosen;
}

export function rememberChosen(home: Home, paths: readonly string[]): void {
  alongside(() => {
    const before = read(home);
    write(home, { ...before, chosen: newestFirst(paths, before.chosen) });
  });
}

function newestFirst(paths: readonly string[], before: readonly string[]): string[] {
  const used = paths.filter((path) => !isEmbeddedName(path)).map((path) => resolve(path));
  return [...new Set([...used, ...before])].slice(0, MOST_RECENT);
}

export function saveModelFolders(home: Home, folders: readonly string[]): void {
  write(home, { ...read(home), folders: [...new Set(folders.map((folder) => resolve(folder)))] });
}

/** What a request names besides its embedding and its pictures. */
export function modelsOf({ to, base, controls }: ApplyRequest): string[] {
  return [to, ...(base === undefined ? [] : [base]), ...controls.flatMap(({ controlnet }) => controlnet ?? [])];
}

function read(home: Home): Known {
  return readJsonFile(home.modelsFile, known, known.parse({}));
}

function write(home: Home, value: Known): void {
  writeJsonFile(home.modelsFile, value);
}
