// Answers `sweep`: hands out a run for each combination of values, to workers elsewhere or to the only one in this process, and gathers them.

import { join, resolve } from "node:path";
import type { ApiHandlers } from "../../common/api.ts";
import { combineValues } from "../../common/combine-values.ts";
import type { DeviceName } from "../../common/device.ts";
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { RunEvent } from "../../common/run-events.ts";
import type { SweepInput, SweptRun } from "../../common/sweep.ts";
import { printProgram } from "../../learning/program-file.ts";
import { asOnlyWriter } from "../../learning/run-lock.ts";
import { chooseDevice } from "../../runtime/devices.ts";
import { makeFolder } from "../../weights/atomic-write.ts";
import { checkApplications } from "../apply-learned.ts";
import { tellDone } from "../on-done.ts";
import type { FinishedRun } from "../pieces/run-piece.ts";
import { nameOfFile } from "../program-file.ts";
import { openLocalWorker } from "../workers/local-worker.ts";
import { openWorkers } from "../workers/open-workers.ts";
import { keepWorkflow } from "../workflow-stamp.ts";
import { handOutRuns } from "./hand-out-runs.ts";
import { programsOfSweep, type SweptProgram } from "./programs-of-sweep.ts";
import { beginSweep, keepRun, keptOfRun, writeRun, writeTable } from "./sweep-folder.ts";

export const sweep: ApiHandlers["sweep"] = async (input, { emit, signal }) => {
  const { file, workers } = input;
  const warn = (diagnostic: Diagnostic): Promise<void> => emit({ type: "warning", diagnostic });
  const here = await chooseDevice(input.device);
  const device = workers?.device ?? here;
  const combined = combineValues(input);
  const warnings: Diagnostic[] = [];
  const programs = programsOfSweep(file, combined, (warning) => warnings.push(warning));
  for (const warning of warnings) await warn(warning);
  // What a worker has the memory for shows there.
  if (workers === undefined) for (const { program } of programs) checkApplications(program, device);
  const title = nameOfFile(file);
  const folder = resolve(input.out ?? join("runs", `${title}-sweep`));
  makeFolder(folder);
  return asOnlyWriter(folder, async () => {
    const runs = beginSweep(folder, combined);
    const isDone = await gather({ input, programs, runs, folder, title, device, warn, emit, signal });
    return { folder, device, runs, stopped: !isDone };
  });
};

interface Gathering {
  readonly input: SweepInput;
  readonly programs: readonly SweptProgram[];
  /** As far as they are done; changed as they come in. */
  readonly runs: SweptRun[];
  readonly folder: string;
  readonly title: string;
  readonly device: DeviceName;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly emit: (event: RunEvent) => Promise<void>;
  readonly signal: AbortSignal;
}

interface OpenRun extends SweptProgram {
  /** Among all. */
  readonly i: number;
  readonly run: SweptRun;
  readonly folder: string;
  /** Its program, as its folder keeps it. */
  readonly printed: string;
}

/** @returns false: it was stopped before all were done */
async function gather(gathering: Gathering): Promise<boolean> {
  const { input, programs, folder, title, device, warn, emit, signal, runs } = gathering;
  const { workers, images, onDone, file } = input;
  // What is drawn here need not be sent.
  const withImages = images || workers === undefined;
  writeTable(folder, title, runs);
  const open = runs.flatMap(({ state }, i) => (state === "done" ? [] : [i]));
  const told: Promise<void>[] = [];
  /** @param index among those that are not done */
  const openRun = (index: number): OpenRun => {
    const i = open[index] ?? -1;
    const [run, swept] = [runs[i], programs[i]];
    if (run === undefined || swept === undefined) throw new Error(`the sweep has no run ${index}`);
    return { i, run, ...swept, folder: join(folder, run.name), printed: printProgram(swept.program) };
  };
  const change = (index: number, make: (run: SweptRun) => SweptRun): SweptRun => {
    const { i, run } = openRun(index);
    return (runs[i] = make(run));
  };
  const handedOut = open.map((i, index) => {
    const { program, folder: place, printed } = openRun(index);
    return { name: `run-${i + 1}`, program, kept: () => keptOfRun(place, printed, withImages) };
  });
  try {
    return await handOutRuns(handedOut, {
      title,
      device,
      images: withImages,
      warn,
      signal,
      openCrew: async (files) =>
        workers === undefined ? openLocalWorker({ device, paths: files.paths(), emit }) : openWorkers(workers, emit),
      onFailure(index, diagnostics) {
        change(index, (run) => ({ ...run, state: "failed", diagnostics: [...diagnostics] }));
        writeTable(folder, title, runs);
      },
      onCheckpoint(index, checkpoint) {
        const { folder: place, printed } = openRun(index);
        keepRun(place, checkpoint, printed);
      },
      onDone(index, finished, worker) {
        const by = workers === undefined ? null : worker;
        const { folder: place, printed, workflow } = openRun(index);
        const run = change(index, (before) => doneOf(before, finished, by));
        writeRun(place, finished, printed);
        keepWorkflow(place, workflow, resolve(file, ".."));
        writeTable(folder, title, runs);
        told.push(tellDone(onDone, { ...run, folder: place }, warn));
      },
      onProgress: ({ done }) =>
        emit({
          type: "progress",
          phase: "sweeping",
          unit: "runs",
          done: runs.length - open.length + done,
          total: runs.length,
        }),
    });
  } finally {
    // Of a sweep that is stopped, too: these runs are done.
    await Promise.all(told);
  }
}

function doneOf(run: SweptRun, { files: _files, ...told }: FinishedRun, worker: string | null): SweptRun {
  return { ...run, ...told, state: "done", worker };
}
