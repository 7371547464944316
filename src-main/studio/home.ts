// The folder in which the studio keeps what is the user's: runs, workflows, drafts, preferences.

import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { refuse } from "../common/diagnostic.ts";
import { makeFolder, refuseWriteError } from "../weights/atomic-write.ts";
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
  readonly jobsFile: string;
  /** Models that were used or chosen, and folders of models. */
  readonly modelsFile: string;
  readonly recentFile: string;
  readonly preferencesFile: string;
  /** Lets another program have the folder. */
  readonly leave: () => void;
}

const HEARTBEAT_MS = 5000;
/** A program that has not been heard of for so long is gone. */
const STALE_MS = 20_000;

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
  const at = (name: string): string => join(folder, name);
  makeFolder(folder, 0o700);
  const leave = lock(at("lock"), folder);
  const home: Omit<Home, "runNumbers"> = {
    folder,
    runs: at("runs"),
    workflows: at("workflows"),
    drafts: at("drafts"),
    bin: at("bin"),
    uploads: at("uploads"),
    imports: at("imports"),
    exports: at("exports"),
    jobsFile: at("jobs.json"),
    modelsFile: at("models.json"),
    recentFile: at("recent.json"),
    preferencesFile: at("preferences.json"),
    leave,
  };
  for (const passing of [home.bin, home.uploads, home.exports]) rmSync(passing, { recursive: true, force: true });
  const folders = [home.runs, home.workflows, home.drafts, home.bin, home.uploads, home.imports, home.exports];
  for (const one of folders) makeFolder(one);
  return { ...home, runNumbers: openRunNumbers(at("run-numbers.json"), home.runs) };
}

function lock(file: string, folder: string): () => void {
  if (isHeld(file)) {
    refuse({
      code: "home-taken",
      at: { file: folder },
      message: "another ReNeg Studio works in this folder",
      help: "use its window, close it first, or choose another folder",
      command: "`--home FOLDER`",
    });
  }
  try {
    writeFileSync(file, `${process.pid}\n`);
  } catch (error) {
    refuseWriteError(error, file);
  }
  const heartbeat = setInterval(() => beat(file), HEARTBEAT_MS);
  heartbeat.unref();
  return () => {
    clearInterval(heartbeat);
    rmSync(file, { force: true });
  };
}

function beat(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // The folder or its disk is gone. That is no reason to end: whatever is to be written there says so itself.
  }
}

function isHeld(file: string): boolean {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined || Date.now() - status.mtimeMs > STALE_MS) return false;
  return isAlive(Number(readFileSync(file, "utf8")));
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
