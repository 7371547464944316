// Answers `trainRuns` and `dropRun`: prepared runs, each done whole by a worker of a queue, and written into its folder here.

import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { explainFault } from "../../common/explain-fault.ts";
import type { Program } from "../../common/program/program.ts";
import type { HandedRunEvent } from "../../common/queue/handed-runs.ts";
import { PROGRAM_FILE } from "../../common/run-files.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import type { RunCheckpoint } from "../pieces/run-checkpoint.ts";
import type { FinishedRun } from "../pieces/run-piece.ts";
import { readRunProgram } from "../run-program.ts";
import { openWorkers } from "../workers/open-workers.ts";
import { handOutRuns } from "./hand-out-runs.ts";
import { keepRun, keptOfRun, writeRun } from "./sweep-folder.ts";

type Emit = (event: HandedRunEvent) => Promise<void>;

/** Runs that are handed out just now, by their folders. */
const handedOut = new Map<string, PreparedRun>();

export const dropRun: ApiHandlers["dropRun"] = async ({ run, keep }) => {
  const found = handedOut.get(resolve(run));
  found?.[keep ? "wantedBack" : "unwanted"].abort();
  return { isDropped: found !== undefined };
};

export const trainRuns: ApiHandlers["trainRuns"] = async (input, { emit, signal }) => {
  const { title, workers, images } = input;
  const runs = await readRuns(input.prepared, emit);
  const runAt = (index: number): PreparedRun => {
    const run = runs[index];
    if (run === undefined) throw new Error(`there is no run ${index}`);
    return run;
  };
  const folderOf = (index: number): string => runAt(index).folder;
  const writing = createWriters(emit);
  const told: Promise<void>[] = [];
  for (const run of runs) handedOut.set(resolve(run.folder), run);
  try {
    const isDone = await handOutRuns(
      runs.map(({ folder, program, printed, unwanted, wantedBack }) => ({
        name: basename(folder),
        program,
        kept: () => keptOfRun(folder, printed, images),
        unwanted: unwanted.signal,
        wantedBack: wantedBack.signal,
      })),
      {
        title,
        device: workers.device,
        images,
        signal,
        warn: (diagnostic) => emit({ type: "warning", diagnostic }),
        openCrew: () => openWorkers(workers, emit),
        onWork: (index, progress) => void emit({ type: "work", run: folderOf(index), progress }),
        onCheckpoint: (index, checkpoint) => writing.keep(runAt(index), checkpoint),
        onHandedBack: (index) => writing.pause(runAt(index)),
        onDone: (index, finished, worker) => writing.finish(runAt(index), finished, worker),
        onFailure: (index, diagnostics) =>
          void told.push(emit({ type: "failed", run: folderOf(index), diagnostics: [...diagnostics] })),
      },
    );
    return { stopped: !isDone };
  } finally {
    for (const run of runs) {
      // One that was taken back may be handed out anew by now.
      if (handedOut.get(resolve(run.folder)) === run) handedOut.delete(resolve(run.folder));
    }
    await Promise.all([...told, writing.settled()]);
  }
};

interface PreparedRun {
  readonly folder: string;
  readonly program: Program;
  /** The program, as its folder has it. */
  readonly printed: string;
  readonly unwanted: AbortController;
  readonly wantedBack: AbortController;
}

/** One that cannot be read keeps nobody from the others. */
async function readRuns(folders: readonly string[], emit: Emit): Promise<PreparedRun[]> {
  const runs: PreparedRun[] = [];
  for (const folder of folders) {
    try {
      const program = readRunProgram(resolve(folder));
      const printed = readFileSync(join(folder, PROGRAM_FILE), "utf8");
      const [unwanted, wantedBack] = [new AbortController(), new AbortController()];
      runs.push({ folder, program, printed, unwanted, wantedBack });
    } catch (error) {
      await emit({ type: "failed", run: folder, diagnostics: [...explainFault(error, { file: folder })] });
    }
  }
  return runs;
}

interface Writers {
  readonly keep: (run: PreparedRun, checkpoint: RunCheckpoint) => void;
  /** Nothing more comes of it for now. */
  readonly pause: (run: PreparedRun) => void;
  readonly finish: (run: PreparedRun, finished: FinishedRun, worker: string) => void;
  readonly settled: () => Promise<void>;
}

/** What comes of a run is written one after the other. Never rejects: what cannot be written is told. */
function createWriters(emit: Emit): Writers {
  const last = new Map<string, Promise<void>>();
  const then = (folder: string, work: () => Promise<void>): void => {
    last.set(folder, (last.get(folder) ?? Promise.resolve()).then(work));
  };
  return {
    keep({ folder, printed }, checkpoint) {
      then(folder, async () => {
        try {
          await asOnlyWriter(folder, async () => keepRun(folder, checkpoint, printed));
        } catch (error) {
          // The run goes on all the same; if its worker dies it loses more.
          for (const diagnostic of explainFault(error, { file: folder }))
            await emit({ type: "warning", diagnostic: { ...diagnostic, severity: "warning" } });
        }
      });
    },
    pause: ({ folder }) => then(folder, () => emit({ type: "paused", run: folder })),
    finish({ folder, printed }, finished, worker) {
      then(folder, async () => {
        try {
          await asOnlyWriter(folder, async () => writeRun(folder, finished, printed));
          await emit({ type: "done", run: folder, worker, seconds: finished.seconds });
        } catch (error) {
          await emit({ type: "failed", run: folder, diagnostics: [...explainFault(error, { file: folder })] });
        }
      });
    },
    settled: async () => void (await Promise.all(last.values())),
  };
}
