// The folder of a sweep: a table of its runs, and a folder for each.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { PROGRAM_FILE } from "../../common/run-files.ts";
import { SWEEP_FILE, type SweepTable, sweepTable, type SweepValue, type SweptRun } from "../../common/sweep.ts";
import { forgetCheckpoints, hasCheckpoint, readNewestCheckpoint } from "../../learning/checkpoints.ts";
import { parseConfig } from "../../models/parse-config.ts";
import { makeFolder, writeFileAtomically } from "../../weights/atomic-write.ts";
import { readJson } from "../../weights/json-file.ts";
import { readUnlessMissing } from "../../weights/read-unless-missing.ts";
import { packCheckpoint, placeCheckpoint, type RunCheckpoint } from "../pieces/run-checkpoint.ts";
import { placeFiles } from "../pieces/run-file-names.ts";
import type { FinishedRun } from "../pieces/run-piece.ts";

/** @returns what is done of this sweep already @throws Refusal if another one is kept there */
export function beginSweep(folder: string, runs: readonly (readonly SweepValue[])[]): SweptRun[] {
  const digits = Math.max(2, `${runs.length}`.length);
  const fresh = runs.map((values, i): SweptRun => ({
    name: `${i + 1}`.padStart(digits, "0"),
    values: [...values],
    state: "waiting",
    reward: null,
    heldOut: {},
    evaluated: [],
    seconds: 0,
    worker: null,
    diagnostics: [],
  }));
  const kept = readTable(folder);
  if (kept === null) return fresh;
  const valuesOf = (table: readonly SweptRun[]): string => JSON.stringify(table.map(({ values }) => values));
  if (valuesOf(kept.runs) !== valuesOf(fresh)) {
    refuse({
      code: "sweep-exists",
      at: { file: join(folder, SWEEP_FILE) },
      message: "another sweep is kept in this folder",
      help: "choose another folder",
      command: "`--out FOLDER`",
    });
  }
  return kept.runs.map((run, i) => (run.state === "done" ? run : (fresh[i] ?? run)));
}

function readTable(folder: string): SweepTable | null {
  const file = join(folder, SWEEP_FILE);
  if (!existsSync(file)) return null;
  const help = "choose another folder, or delete this one";
  return parseConfig(sweepTable, readJson(file, { missing: help, invalid: help }), file, {
    code: "sweep-invalid",
    help,
  });
}

export function writeTable(folder: string, of: string, runs: readonly SweptRun[]): void {
  const table: SweepTable = { format: "reneg-sweep", formatVersion: 1, of, runs: [...runs] };
  writeFileAtomically(join(folder, SWEEP_FILE), `${JSON.stringify(table, null, 2)}\n`);
}

/** What there is of a run that is not done, in place of what the folder may hold of another one. */
export function keepRun(folder: string, checkpoint: RunCheckpoint, program: string): void {
  makeFolder(folder);
  if (!isOfProgram(folder, program)) {
    forgetCheckpoints(folder);
    writeFileAtomically(join(folder, PROGRAM_FILE), program);
  }
  placeCheckpoint(folder, checkpoint);
}

/** What a worker goes on with; `null`: nothing is kept of this run. @throws Refusal if all of it is damaged */
export function keptOfRun(folder: string, program: string, images: boolean): Uint8Array | null {
  if (!hasCheckpoint(folder) || !isOfProgram(folder, program)) return null;
  return packCheckpoint(folder, { step: readNewestCheckpoint(folder).state.step, images });
}

/** A workflow may have been changed since. */
function isOfProgram(folder: string, program: string): boolean {
  return readUnlessMissing(join(folder, PROGRAM_FILE)) === program;
}

/** The files of a run, and last its program, which is ours: a folder with a program is a run. */
export function writeRun(folder: string, { files }: FinishedRun, program: string): void {
  makeFolder(folder);
  placeFiles(folder, new Map([...files].filter(([name]) => name !== PROGRAM_FILE)));
  writeFileAtomically(join(folder, PROGRAM_FILE), program);
  // It is done: nobody goes on with it.
  forgetCheckpoints(folder);
}
