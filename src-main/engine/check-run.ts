// Reads the files of a run's folder that the program has written, and says what is damaged. With `repair`, what is damaged gets a name of
// its own and is left out from then on: nothing is deleted but what never was whole.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { Refusal, refuse } from "../common/diagnostic.ts";
import { jsonOrNull } from "../common/json-or-null.ts";
import { type Program, stepsOf } from "../common/program/program.ts";
import type { RunCheck, RunFinding } from "../common/run-check.ts";
import { PLAN_FILE, PROGRAM_FILE, RUN_MARKERS } from "../common/run-files.ts";
import { metricsPoint } from "../common/studio/run.ts";
import { checkpointFolder, listCheckpoints, readCheckpoint } from "../learning/checkpoints.ts";
import { readProgram } from "../learning/program-file.ts";
import { asOnlyWriter } from "../learning/run-lock.ts";
import { METRICS_FILE } from "../learning/run-metrics.ts";
import { readPicture } from "../pictures/picture.ts";
import { isUnfinished, moveDurably, writeFileAtomically } from "../weights/atomic-write.ts";
import { readJson } from "../weights/json-file.ts";
import { readUnlessMissing } from "../weights/read-unless-missing.ts";
import { readLearned } from "./read-learned.ts";
import { readPlan, readRunProgram } from "./run-program.ts";

const DAMAGED = ".damaged";
const JSON_HELP = { missing: "it is gone", invalid: "it is damaged" };

type Read = (file: string) => unknown;
/** By the end of a name. What else lies in the folder is not read: texts, what is drawn of videos, and what is not ours. */
const READERS: Readonly<Record<string, Read>> = {
  ".safetensors": readLearned,
  // Word vectors, where the stable-diffusion-webui's own format is asked for.
  ".pt": readLearned,
  ".json": (file) => readJson(file, JSON_HELP),
  ".png": readPicture,
};

/** @throws Refusal if the folder is no run, or another program works in it */
export async function checkRun(run: string, repair: boolean): Promise<RunCheck> {
  if (RUN_MARKERS.every((name) => !existsSync(join(run, name))) && !existsSync(checkpointFolder(run))) {
    refuse({
      code: "run-missing",
      at: { file: run },
      message: "this is no folder of a run: it holds neither a program nor checkpoints",
      help: "name the folder that training has made",
    });
  }
  // The only writer begins by deleting them.
  const unfinished = filesOf(run).filter(isUnfinished);
  return repair ? asOnlyWriter(run, () => examine(run, unfinished, true)) : examine(run, unfinished, false);
}

async function examine(run: string, unfinished: readonly string[], repair: boolean): Promise<RunCheck> {
  const findings: RunFinding[] = [];
  let good = 0;
  const told = (file: string, message: string, remedy: string | null, isRepaired: boolean): void => {
    findings.push({ file: relative(run, file), message, remedy, isRepaired });
  };
  for (const file of unfinished) told(file, "was never finished", repair ? "deleted" : "can be deleted", repair);
  for (const file of filesOf(run)) {
    if (isUnfinished(file)) continue;
    const fault = await faultOf(file, readerOf(run, file));
    if (fault === null) {
      good += 1;
      continue;
    }
    if (repair) moveDurably(file, file + DAMAGED);
    told(file, fault, `${repair ? "put" : "can be put"} aside as *${DAMAGED}; ${lossOf(run, file)}`, repair);
  }
  const program = programOf(run);
  const steps = checkMetrics(run, repair, told);
  const [newest] = repair ? listCheckpoints(run) : await readable(run);
  const resumesFrom = program === null ? null : newest === undefined ? 0 : Number(newest.replace(/\D/g, ""));
  return {
    run,
    good,
    findings,
    steps: program === null ? null : { told: steps, planned: stepsOf(program) },
    resumesFrom,
  };
}

function filesOf(run: string): string[] {
  return readdirSync(run, { recursive: true, encoding: "utf8" })
    .map((name) => join(run, name))
    .filter((file) => statSync(file).isFile() && (isUnfinished(file) || Object.hasOwn(READERS, extname(file))))
    .toSorted();
}

/** What it computes: by one of these files. */
function isMarker(run: string, file: string): boolean {
  return RUN_MARKERS.some((name) => file === join(run, name));
}

/** Also of an earlier version, which did not name its one parameter. */
const readAnyCheckpoint: Read = (file) => readCheckpoint(file, "negative");

function readerOf(run: string, file: string): Read {
  if (file === join(run, PROGRAM_FILE)) return () => readProgram(run);
  if (file === join(run, PLAN_FILE)) return readPlan;
  if (listCheckpoints(run).some((name) => file === join(checkpointFolder(run), name))) return readAnyCheckpoint;
  return READERS[extname(file)] ?? readFileSync;
}

/** In words, `null`: none. */
async function faultOf(file: string, read: Read): Promise<string | null> {
  try {
    await read(file);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.diagnostics.map(({ message }) => message).join("; ");
    throw error;
  }
}

function lossOf(run: string, file: string): string {
  if (isMarker(run, file)) return "without its program a run cannot be resumed, but what it has learned can be used";
  if (file.startsWith(checkpointFolder(run)))
    return "an older checkpoint is taken, and the steps since then are done again";
  if (READERS[extname(file)] === readLearned) return "resuming the run writes it again";
  return "nothing else is lost with it";
}

async function readable(run: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of listCheckpoints(run))
    if ((await faultOf(join(checkpointFolder(run), name), readAnyCheckpoint)) === null) names.push(name);
  return names;
}

function programOf(run: string): Program | null {
  try {
    return readRunProgram(run);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** @returns steps that are told by a line */
function checkMetrics(
  run: string,
  repair: boolean,
  told: (file: string, message: string, remedy: string | null, isRepaired: boolean) => void,
): number {
  const file = join(run, METRICS_FILE);
  const text = readUnlessMissing(file);
  if (text === null) return 0;
  const lines = text.split("\n").filter((line) => line !== "");
  const whole = new Map(lines.flatMap((line) => stepOf(line)).map(({ step, line }) => [step, line]));
  const bad = lines.length - whole.size;
  if (bad > 0) {
    const kept = [...whole].toSorted(([a], [b]) => a - b).map(([, line]) => `${line}\n`);
    if (repair) writeFileAtomically(file, kept.join(""));
    const message =
      bad === 1 ? "one line cannot be read or tells a step again" : `${bad} lines cannot be read or tell a step again`;
    told(file, message, repair ? "left out" : "can be left out", repair);
  }
  const last = Math.max(0, ...whole.keys());
  const missing = last - whole.size;
  if (missing > 0)
    told(
      file,
      `${missing} of ${last} steps have no line`,
      "their rewards are lost, what was learned in them is not",
      false,
    );
  return whole.size;
}

function stepOf(line: string): { readonly step: number; readonly line: string }[] {
  const { data } = metricsPoint.safeParse(jsonOrNull(line));
  return data === undefined ? [] : [{ step: data.step, line }];
}
