// One target in a process of its own: begun, watched, ended when it hangs, and begun again after a fault that has ended it.

import { type ChildProcess, fork } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FuzzMessage, FuzzTask, Progress } from "./messages.ts";

export interface TargetTask extends Pick<FuzzTask, "target" | "seed" | "milliseconds" | "isBlind" | "replay"> {
  /** Where inputs that show a fault are saved. */
  readonly finds: string;
  readonly onProgress: (progress: Progress) => void;
  readonly onFind: (find: SavedFind) => void;
  /** Its process ended, and not by the input in work. */
  readonly onRuntimeCrash: (ended: string) => void;
}

export interface SavedFind {
  readonly target: string;
  readonly what: string;
  /** `null`: no input was in work. */
  readonly file: string | null;
}

export interface TargetOutcome {
  readonly last: Progress;
  readonly finds: readonly SavedFind[];
}

const WORKER = join(import.meta.dirname, "fuzz-worker.ts");
/** No input within its budget takes as long, on whatever machine. */
const HANGS_AFTER_MS = 60_000;
/** Of the heap. */
const MOST_MIB = 2048;
const MOST_STARTS = 5;
const NOTHING: Progress = { type: "progress", executions: 0, refused: 0, reached: 0, all: 0, kept: 0, dearest: 0 };

export async function runTarget(task: TargetTask): Promise<TargetOutcome> {
  const finds: SavedFind[] = [];
  const folder = mkdtempSync(join(tmpdir(), `reneg-fuzz-${task.target}-`));
  const current = join(folder, "input");
  const keep = (what: string): void => {
    const file = join(task.finds, `${task.target}-${task.seed}-${finds.length + 1}.bin`);
    mkdirSync(task.finds, { recursive: true });
    // A process that could not begin had none.
    const isSaved = existsSync(current);
    if (isSaved) copyFileSync(current, file);
    const find = { target: task.target, what, file: isSaved ? file : null };
    finds.push(find);
    task.onFind(find);
  };
  const begin = performance.now();
  let before = NOTHING;
  try {
    for (let start = 0; start < MOST_STARTS; start++) {
      const milliseconds = task.milliseconds - (performance.now() - begin);
      if (start > 0 && (milliseconds < 0 || task.replay !== null)) break;
      const own = join(folder, String(start));
      mkdirSync(own);
      const { target, isBlind, replay } = task;
      const asked = { target, isBlind, replay, milliseconds, seed: task.seed + start, folder: own, current };
      const { last, ended } = await runOnce(asked, keep, (now) => task.onProgress(sum(before, now)));
      before = sum(before, last);
      if (ended === null) break;
      if (replay === null && !(await isRepeated({ ...asked, replay: current }))) task.onRuntimeCrash(ended);
      else keep(ended);
    }
    return { last: before, finds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Whether the input in work ends a fresh process, too. If not, it was the runtime that broke after thousands of inputs: V8 has been seen to.
 * An input that it hangs on, or that fills the memory, does so again.
 */
async function isRepeated(asked: FuzzTask): Promise<boolean> {
  if (asked.replay === null || !existsSync(asked.replay)) return true;
  const copy = `${asked.replay}-again`;
  copyFileSync(asked.replay, copy);
  const folder = `${asked.folder}-again`;
  mkdirSync(folder);
  let finds = 0;
  const again = { ...asked, folder, replay: copy, current: `${copy}-current` };
  const { ended } = await runOnce(
    again,
    () => finds++,
    () => {},
  );
  return ended !== null || finds > 0;
}

/** Of two processes: each has counted blocks of its own. */
function sum(before: Progress, { executions, refused, reached, all, kept, dearest }: Progress): Progress {
  return {
    type: "progress",
    executions: before.executions + executions,
    refused: before.refused + refused,
    reached: Math.max(before.reached, reached),
    all: Math.max(before.all, all),
    kept: Math.max(before.kept, kept),
    dearest: Math.max(before.dearest, dearest),
  };
}

/** @returns `ended`: how, if not by itself */
async function runOnce(
  task: FuzzTask,
  onFind: (what: string) => void,
  onProgress: (progress: Progress) => void,
): Promise<{ readonly last: Progress; readonly ended: string | null }> {
  const worker = fork(WORKER, [], {
    execArgv: ["--expose-gc", "--disable-warning=ExperimentalWarning", `--max-old-space-size=${MOST_MIB}`],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let last = NOTHING;
  let says = "";
  let heard = performance.now();
  let hangs = false;
  worker.stderr?.on("data", (chunk: Buffer) => (says = (says + chunk.toString("utf8")).slice(0, LONGEST_SAYING)));
  worker.on("message", (message: FuzzMessage) => {
    heard = performance.now();
    if (message.type === "find") return onFind(message.what);
    last = message;
    onProgress(message);
  });
  const watch = setInterval(() => {
    if (performance.now() - heard < HANGS_AFTER_MS) return;
    hangs = true;
    worker.kill("SIGKILL");
  }, 1000);
  worker.send(task);
  const how = await endOf(worker);
  clearInterval(watch);
  if (hangs) return { last, ended: `no answer for ${HANGS_AFTER_MS / 1000} seconds` };
  return { last, ended: how === null ? null : `the process ended with ${how}: ${says.trim()}` };
}

const LONGEST_SAYING = 1500;

function endOf(worker: ChildProcess): Promise<string | null> {
  const end = Promise.withResolvers<string | null>();
  worker.on("error", (error) => end.resolve(error.message));
  worker.on("close", (code, signal) => end.resolve(code === 0 ? null : String(signal ?? code)));
  return end.promise;
}
