// The folder in which the studio keeps what is the user's: runs, workflows, drafts, preferences.

import { readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { isUnfinished, makeFolder, sweepUnfinished } from "../weights/atomic-write.ts";
import { isLock, lockFolder, printHolder } from "../weights/folder-lock.ts";
import { alongside } from "./json-file.ts";
import { openRunNumbers, type RunNumbers } from "./run-numbers.ts";

export interface Home {
  readonly folder: string;
  readonly runs: string;
  readonly runNumbers: RunNumbers;
  readonly workflows: string;
  readonly drafts: string;
  /** Deleted runs; emptied when the studio starts. */
  readonly bin: string;
  /** Files that a browser sent, what was unpacked from bundles, bundles to download. */
  readonly uploads: string;
  readonly imports: string;
  readonly exports: string;
  /** Images that the user has compared, and what was said of them. */
  readonly ratings: string;
  readonly jobsFile: string;
  /** Models that were used or chosen, and folders of models. */
  readonly modelsFile: string;
  readonly recentFile: string;
  readonly preferencesFile: string;
  /** Where workers are found; its password is in it. */
  readonly queueFile: string;
  /** Lets another program have the folder. */
  readonly leave: () => void;
}

/** As the platform wants it, unless RENEG_HOME says otherwise. */
export function usualHome(env: NodeJS.ProcessEnv = process.env): string {
  const name = "ReNeg Studio";
  if (env["RENEG_HOME"] !== undefined && env["RENEG_HOME"] !== "") return resolve(env["RENEG_HOME"]);
  // Not the roaming folder, which some networks copy whenever one signs in: runs are large.
  if (process.platform === "win32") return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), name);
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", name);
  return join(env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), name);
}

/** @throws Refusal if another program uses the folder just now */
export function openHome(given: string): Home {
  const folder = resolve(given);
  makeFolder(folder, 0o700);
  const leave = lock(folder);
  try {
    return prepare(folder, leave);
  } catch (error) {
    // Whoever makes room may have it.
    leave();
    throw error;
  }
}

function prepare(folder: string, leave: () => void): Home {
  const at = (name: string): string => join(folder, name);
  const home: Omit<Home, "runNumbers"> = {
    folder,
    runs: at("runs"),
    workflows: at("workflows"),
    drafts: at("drafts"),
    bin: at("bin"),
    uploads: at("uploads"),
    imports: at("imports"),
    exports: at("exports"),
    ratings: at("ratings"),
    jobsFile: at("jobs.json"),
    modelsFile: at("models.json"),
    recentFile: at("recent.json"),
    preferencesFile: at("preferences.json"),
    queueFile: at("queue.json"),
    leave,
  };
  for (const passing of [home.bin, home.uploads, home.exports]) rmSync(passing, { recursive: true, force: true });
  const folders = [home.runs, home.workflows, home.drafts, home.bin, home.uploads, home.imports, home.exports];
  for (const one of folders) makeFolder(one);
  for (const kept of [folder, home.workflows, home.drafts]) sweepUnfinished(kept, false);
  // A run that cannot be looked at keeps nobody from the others.
  for (const run of readdirSync(home.runs)) alongside(() => sweepRun(join(home.runs, run)));
  return { ...home, runNumbers: openRunNumbers(at("run-numbers.json"), home.runs) };
}

/** What a crash left unfinished beside a run, unless another program works on it: that one sweeps for itself. */
function sweepRun(run: string): void {
  const isFolder = statSync(run, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder || !readdirSync(run).some(isUnfinished)) return;
  const lock = lockFolder(run);
  if (!isLock(lock)) return;
  try {
    sweepUnfinished(run, true);
  } finally {
    lock.release();
  }
}

function lock(folder: string): () => void {
  const lock = lockFolder(folder);
  if (isLock(lock)) return lock.release;
  return refuse({
    code: "home-taken",
    at: { file: folder },
    message: `another ReNeg Studio works in this folder: ${printHolder(lock)}`,
    help: "use its window, close it first, or choose another folder",
    command: "`--home FOLDER`",
  });
}
