// What becomes of a run that workers do, as the list of jobs, its log and the windows are told.

import { join } from "node:path";
import type { Diagnostic } from "../common/diagnostic.ts";
import type { PieceProgress } from "../common/queue/piece.ts";
import { courseOfSteps } from "../common/reward-course.ts";
import type { Job } from "../common/studio/job.ts";
import type { RunLogLine } from "../common/studio/run-log.ts";
import { type EventOptions, tellErrors, tellLog } from "./job-events.ts";
import { AT_REST } from "./job-table.ts";
import { readMetrics } from "./run-folder.ts";

export interface CrewTeller {
  readonly log: (run: string, text: string, tone?: RunLogLine["tone"]) => void;
  readonly warn: (run: string, diagnostic: Diagnostic) => void;
  /** Takes a warning back that no worker takes part. */
  readonly forgetNobody: (run: string) => void;
  /** @param progress `null`: nobody works on it any more @returns whether a worker has just begun */
  readonly follow: (run: string, progress: PieceProgress | null) => boolean;
  readonly settleDone: (run: string, worker: string, seconds: number) => void;
  /** Its worker has handed over what there is of it. */
  readonly settlePaused: (run: string) => void;
  /** @param changes the state that it gets, and why */
  readonly settleUndone: (run: string, changes: Partial<Job>) => void;
}

export function createCrewTeller(options: EventOptions): CrewTeller {
  const { home, table, publish } = options;
  const log: CrewTeller["log"] = (run, text, tone = "info") => tellLog(options, run, { from: "studio", tone, text });

  /** Of a run that nobody works on: what workers have handed over of it. */
  function keptOf(run: string): Pick<Job, "step" | "reward"> {
    const metrics = readMetrics(join(home.runs, run)) ?? [];
    return { step: metrics.at(-1)?.step ?? 0, reward: courseOfSteps(metrics)?.last ?? null };
  }

  function warn(run: string, diagnostic: Diagnostic): void {
    const told = table.warningsOf(run);
    if (told.some(({ message }) => message === diagnostic.message)) return;
    log(run, diagnostic.message, "warning");
    table.change(run, { diagnostics: [...told, diagnostic] });
  }

  function follow(run: string, progress: PieceProgress | null): boolean {
    const job = table.find(run);
    const workers = job?.workers ?? null;
    if (job === undefined || workers === null) return false;
    // It is asked back, and whoever is heard of it just now hands it over.
    if (job.state === "stopping") return false;
    if (progress === null) {
      const kept = keptOf(run);
      const whence = kept.step === 0 ? "" : `, which goes on after step ${kept.step}`;
      log(run, `${workers.worker ?? "Its worker"} no longer works on it; it waits for another one${whence}`, "warning");
      table.settle(run, { ...AT_REST, ...kept, state: "queued", workers: { ...workers, worker: null } });
      return false;
    }
    const { worker, step, total, secondsLeft, mayEndEarly = false } = progress;
    const isBegun = job.state !== "running" || workers.worker !== worker;
    if (isBegun) {
      const now = new Date().toISOString();
      log(run, `${worker} works on it`);
      const begun = { beganAt: job.beganAt ?? now, runningSince: now, workers: { ...workers, worker } };
      table.settle(run, { ...begun, state: "running", diagnostics: [] });
    }
    // Of a run that goes on, nothing is told before its next step.
    table.change(run, { ...(total === 0 ? {} : { step, total }), secondsLeft, mayEndEarly });
    return isBegun;
  }

  function forgetNobody(run: string): void {
    const told = table.warningsOf(run);
    const rest = told.filter(({ code }) => code !== "no-worker");
    if (rest.length < told.length) table.change(run, { diagnostics: rest });
  }

  function settleDone(run: string, worker: string, seconds: number): void {
    const job = table.find(run);
    const workers = job?.workers ?? null;
    if (job === undefined || workers === null) return;
    table.settle(run, {
      ...AT_REST,
      ...keptOf(run),
      state: "done",
      beganAt: job.beganAt ?? new Date(Date.now() - 1000 * seconds).toISOString(),
      workedSeconds: seconds,
      workers: { ...workers, worker },
    });
    log(run, `Done by ${worker}`);
    publish({ type: "library" });
  }

  function settlePaused(run: string): void {
    const { step: done = 0 } = table.find(run) ?? {};
    if (done > 0 && keptOf(run).step === 0) warn(run, NOTHING_KEPT);
    settleUndone(run, { state: "paused" });
  }

  function settleUndone(run: string, changes: Partial<Job>): void {
    const told = table.warningsOf(run);
    const workers = table.find(run)?.workers ?? null;
    const diagnostics = [...told, ...(changes.diagnostics ?? [])];
    table.settle(run, {
      ...AT_REST,
      ...keptOf(run),
      ...changes,
      diagnostics,
      workers: workers === null ? null : { ...workers, worker: null },
    });
    tellErrors(options, run, changes.diagnostics ?? []);
    const { state = "stopped", step = 0, total = 0 } = table.find(run) ?? {};
    log(run, `Ends as ${state} at step ${step} of ${total}`);
    publish({ type: "library" });
  }

  return { log, warn, forgetNobody, follow, settleDone, settlePaused, settleUndone };
}

const NOTHING_KEPT: Diagnostic = {
  severity: "warning",
  code: "checkpoint-missing",
  at: { stage: "workers" },
  message: "nothing of this run was handed over, so that it begins with its first step when it is resumed",
  help: "a checkpoint of more than 64 MiB is not sent; if this one is smaller, its worker did not answer",
};
