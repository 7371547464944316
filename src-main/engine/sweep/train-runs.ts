// Answers `trainRuns` and `dropRun`: prepared runs, each done whole by a worker of a queue, and written into its folder here.

import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { explainFault } from "../../common/explain-fault.ts";
import type { Program } from "../../common/program/program.ts";
import type { HandedRunEvent } from "../../common/queue/handed-runs.ts";
import { PROGRAM_FILE } from "../../common/run-files.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import type { FinishedRun } from "../pieces/run-piece.ts";
import { readRunProgram } from "../run-program.ts";
import { openWorkers } from "../workers/open-workers.ts";
import { handOutRuns } from "./hand-out-runs.ts";
import { writeRun } from "./sweep-folder.ts";

type Emit = (event: HandedRunEvent) => Promise<void>;

/** Runs that are handed out just now, by their folders. */
const handedOut = new Map<string, AbortController>();

export const dropRun: ApiHandlers["dropRun"] = async ({ run }) => {
  const unwanted = handedOut.get(resolve(run));
  unwanted?.abort();
  return { isDropped: unwanted !== undefined };
};

export const trainRuns: ApiHandlers["trainRuns"] = async (input, { emit, signal }) => {
  const { title, workers, images } = input;
  const runs = await readRuns(input.prepared, emit);
  const folderOf = (index: number): string => runs[index]?.folder ?? "";
  const told: Promise<void>[] = [];
  for (const { folder, unwanted } of runs) handedOut.set(resolve(folder), unwanted);
  try {
    const isDone = await handOutRuns(
      runs.map(({ folder, program, unwanted }) => ({ name: basename(folder), program, unwanted: unwanted.signal })),
      {
        title,
        device: workers.device,
        images,
        signal,
        warn: (diagnostic) => emit({ type: "warning", diagnostic }),
        openCrew: () => openWorkers(workers, emit),
        onWork: (index, progress) => void emit({ type: "work", run: folderOf(index), progress }),
        onDone: (index, finished, worker) => void told.push(keep(folderOf(index), finished, worker, emit)),
        onFailure: (index, diagnostics) =>
          void told.push(emit({ type: "failed", run: folderOf(index), diagnostics: [...diagnostics] })),
      },
    );
    return { stopped: !isDone };
  } finally {
    for (const { folder, unwanted } of runs) {
      // One that was taken back may be handed out anew by now.
      if (handedOut.get(resolve(folder)) === unwanted) handedOut.delete(resolve(folder));
    }
    await Promise.all(told);
  }
};

interface PreparedRun {
  readonly folder: string;
  readonly program: Program;
  readonly unwanted: AbortController;
}

/** One that cannot be read keeps nobody from the others. */
async function readRuns(folders: readonly string[], emit: Emit): Promise<PreparedRun[]> {
  const runs: PreparedRun[] = [];
  for (const folder of folders) {
    try {
      runs.push({ folder, program: readRunProgram(resolve(folder)), unwanted: new AbortController() });
    } catch (error) {
      await emit({ type: "failed", run: folder, diagnostics: [...explainFault(error, { file: folder })] });
    }
  }
  return runs;
}

/** Never rejects: what cannot be written is told as the failure of its run. */
async function keep(folder: string, finished: FinishedRun, worker: string, emit: Emit): Promise<void> {
  try {
    await asOnlyWriter(folder, async () =>
      writeRun(folder, finished, readFileSync(join(folder, PROGRAM_FILE), "utf8")),
    );
    await emit({ type: "done", run: folder, worker, seconds: finished.seconds });
  } catch (error) {
    await emit({ type: "failed", run: folder, diagnostics: [...explainFault(error, { file: folder })] });
  }
}
