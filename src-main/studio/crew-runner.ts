// Hands the runs that workers are to do to their queue, all that wait together, and tells what becomes of each.

import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../common/api.ts";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import { explainFault } from "../common/explain-fault.ts";
import type { HandedRunEvent } from "../common/queue/handed-runs.ts";
import type { PieceProgress } from "../common/queue/piece.ts";
import { addressOf } from "../common/queue/queue-address.ts";
import { courseOfSteps } from "../common/reward-course.ts";
import type { Job } from "../common/studio/job.ts";
import { type EventOptions, tellLog } from "./job-events.ts";
import type { QueuePlace } from "./queue-setting.ts";
import { readMetrics } from "./run-folder.ts";

export interface CrewOptions {
  /** Of a process that nothing else keeps busy. */
  readonly api: Pick<ApiClient, "trainRuns" | "dropRun">;
  /** `null`: none is set. */
  readonly place: () => QueuePlace | null;
}

export interface CrewRunner {
  /** Hands out all that wait for workers. */
  readonly startNext: () => void;
  /** Takes a run back: its worker gives it up, and nothing of it is kept. */
  readonly endEarly: (run: string, becomes: "paused" | "stopped") => void;
  /** Takes all back, and resolves when they are; nothing is handed out any more. */
  readonly close: () => Promise<void>;
}

/** What was handed out in one call. */
interface Batch {
  readonly abort: AbortController;
  /** Runs of which nothing has come yet. */
  readonly open: Set<string>;
  ended: Promise<void>;
}

/** Of a run that nobody works on. */
const AT_REST = { phase: null, loading: null, secondsLeft: null, runningSince: null } satisfies Partial<Job>;
/** Nothing of a run is kept that a worker has not done to its end. */
const NOTHING_KEPT = { ...AT_REST, step: 0, reward: null } satisfies Partial<Job>;
/** Between two tries to take a run back that is not handed out yet. */
const TRIED_EVERY_MS = 500;

export function createCrewRunner(options: EventOptions & { readonly crew: CrewOptions }): CrewRunner {
  const { home, table, publish, crew } = options;
  const batches = new Set<Batch>();
  let isClosed = false;
  const folderOf = (run: string): string => join(home.runs, run);
  const log = (run: string, text: string, tone: "info" | "warning" | "error" = "info"): void =>
    tellLog(options, run, { from: "studio", tone, text });
  const batchOf = (run: string): Batch | undefined => [...batches].find(({ open }) => open.has(run));

  function startNext(): void {
    if (isClosed) return;
    const waiting = table
      .list()
      .filter(({ run, state, workers }) => state === "queued" && workers !== null && batchOf(run) === undefined);
    // Those of one sweep are one job of the queue.
    const together = Map.groupBy(waiting, ({ run, sweep, workers }) =>
      JSON.stringify([sweep?.id ?? run, workers?.device, workers?.images]),
    );
    for (const jobs of together.values()) begin(jobs);
  }

  function begin(jobs: readonly Job[]): void {
    const batch: Batch = {
      abort: new AbortController(),
      open: new Set(jobs.map(({ run }) => run)),
      ended: Promise.resolve(),
    };
    batches.add(batch);
    batch.ended = handOut(jobs, batch);
  }

  async function handOut(jobs: readonly Job[], batch: Batch): Promise<void> {
    const [first] = jobs;
    let rest: Partial<Job> = { state: "paused" };
    try {
      if (first === undefined || first.workers === null) throw new Error("nothing is to be handed out");
      const { device, images } = first.workers;
      const { address, token } = crew.place() ?? refuseUnset();
      for (const { run } of jobs) log(run, `Waits for a worker of ${addressOf(address)}`);
      await crew.api.trainRuns(
        {
          prepared: jobs.map(({ run }) => folderOf(run)),
          title: first.sweep?.name ?? first.name,
          workers: { queue: address, token, device },
          images,
        },
        { signal: batch.abort.signal, onEvent: (event) => hear(batch, event) },
      );
    } catch (error) {
      const diagnostics = explainFault(error, { part: first?.name ?? "workers" });
      if (!diagnostics.every(({ code }) => code === "cancelled"))
        rest = { state: "failed", diagnostics: [...diagnostics] };
    }
    batches.delete(batch);
    for (const run of batch.open) settleUndone(run, rest);
    publish({ type: "library" });
    startNext();
  }

  function hear(batch: Batch, event: HandedRunEvent): void {
    if (event.type === "warning") {
      for (const run of batch.open) warn(run, event.diagnostic);
      return;
    }
    const run = basename(event.run);
    if (!batch.open.has(run)) return;
    if (event.type === "work") return follow(run, event.progress, batch);
    batch.open.delete(run);
    if (event.type === "failed") settleUndone(run, { state: "failed", diagnostics: [...event.diagnostics] });
    else settleDone(run, event.worker, event.seconds);
    publish({ type: "library" });
  }

  function warn(run: string, diagnostic: Diagnostic): void {
    const told = table.warningsOf(run);
    if (told.some(({ message }) => message === diagnostic.message)) return;
    log(run, diagnostic.message, "warning");
    table.change(run, { diagnostics: [...told, diagnostic] });
  }

  function follow(run: string, progress: PieceProgress | null, batch: Batch): void {
    const job = table.find(run);
    const workers = job?.workers ?? null;
    if (job === undefined || workers === null) return;
    if (progress === null) {
      log(run, `${workers.worker ?? "Its worker"} no longer works on it; it waits for another one`, "warning");
      return table.settle(run, { ...NOTHING_KEPT, state: "queued", workers: { ...workers, worker: null } });
    }
    const { worker, step, total, secondsLeft } = progress;
    if (job.state !== "running" || workers.worker !== worker) {
      const now = new Date().toISOString();
      log(run, `${worker} works on it`);
      const begun = { beganAt: job.beganAt ?? now, runningSince: now, workers: { ...workers, worker } };
      table.settle(run, { ...begun, state: "running", diagnostics: [] });
      for (const other of batch.open) forgetNobody(other);
    }
    table.change(run, { step, total: total === 0 ? job.total : total, secondsLeft });
  }

  /** That nobody takes part is not so any more. */
  function forgetNobody(run: string): void {
    const told = table.warningsOf(run);
    const rest = told.filter(({ code }) => code !== "no-worker");
    if (rest.length < told.length) table.change(run, { diagnostics: rest });
  }

  function settleDone(run: string, worker: string, seconds: number): void {
    const job = table.find(run);
    const workers = job?.workers ?? null;
    if (job === undefined || workers === null) return;
    const metrics = readMetrics(folderOf(run)) ?? [];
    table.settle(run, {
      ...AT_REST,
      state: "done",
      step: metrics.at(-1)?.step ?? 0,
      reward: courseOfSteps(metrics)?.last ?? null,
      beganAt: job.beganAt ?? new Date(Date.now() - 1000 * seconds).toISOString(),
      workedSeconds: seconds,
      workers: { ...workers, worker },
    });
    log(run, `Done by ${worker}`);
  }

  function settleUndone(run: string, changes: Partial<Job>): void {
    const told = table.warningsOf(run);
    const workers = table.find(run)?.workers ?? null;
    const diagnostics = [...told, ...(changes.diagnostics ?? [])];
    table.settle(run, {
      ...NOTHING_KEPT,
      ...changes,
      diagnostics,
      workers: workers === null ? null : { ...workers, worker: null },
    });
    for (const { severity, message } of changes.diagnostics ?? []) if (severity === "error") log(run, message, "error");
    log(run, `Ends as ${table.find(run)?.state ?? "stopped"}`);
  }

  /** The engine may still be about to hand it out. */
  async function drop(run: string, batch: Batch): Promise<void> {
    while (batches.has(batch) && !(await crew.api.dropRun({ run: folderOf(run) })).isDropped) await sleep(TRIED_EVERY_MS);
  }

  return {
    startNext,
    endEarly(run, becomes) {
      const batch = batchOf(run);
      if (batch === undefined) return settleUndone(run, { state: becomes });
      batch.open.delete(run);
      settleUndone(run, { state: becomes });
      // Its batch ends with the engine, and then there is nothing to take back.
      void drop(run, batch).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      });
    },
    async close() {
      isClosed = true;
      const all = [...batches];
      for (const { abort } of all) abort.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

function refuseUnset(): never {
  refuse({
    code: "queue-unset",
    at: { stage: "workers" },
    message: "no queue of workers is set any more",
    help: "set its address, and resume the run",
    action: "resume",
  });
}
