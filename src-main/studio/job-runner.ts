// Runs the jobs that wait, one at a time, and tells what becomes of them.

import { join } from "node:path";
import { isCancelled } from "../common/diagnostic.ts";
import { doingOfEvent } from "../common/doing-of-event.ts";
import { explainFault } from "../common/explain-fault.ts";
import type { RunEvent } from "../common/run-events.ts";
import type { Job, JobKind } from "../common/studio/job.ts";
import type { Engine } from "../engine/client.ts";
import { type EventOptions, listenTo, listenToDrawing, tellErrors, tellLog } from "./job-events.ts";
import { createSilenceTeller } from "./job-silence.ts";
import { AT_REST } from "./job-table.ts";

export interface JobRunner {
  /** Begins the first job that waits for this machine, unless one runs. */
  readonly startNext: () => void;
  /** A line that the engine wrote by itself: it goes into the log of what runs. */
  readonly hearEngine: (line: string) => void;
  /** Since when the engine gives no sign of life, in milliseconds since 1970; `null`: it does again. */
  readonly hearSilence: (since: number | null) => void;
  readonly endEarly: (run: string, becomes: "paused" | "stopped") => void;
  /** Ends the engine that works on the run, which is paused then. */
  readonly endEngine: (run: string) => Promise<void>;
  /** Pauses what runs, and resolves when it has; nothing is begun any more. */
  readonly close: () => Promise<void>;
}

interface Running {
  readonly run: string;
  readonly abort: AbortController;
  /** What it becomes when it ends early. */
  becomes: "paused" | "stopped";
  /** What the engine has told to be at. */
  doing: string | null;
  ended: Promise<void>;
}

type Ended = Pick<Job, "state"> & Partial<Job>;

export interface RunnerOptions extends EventOptions {
  readonly worker: Pick<Engine, "api" | "kill">;
}

export function createJobRunner(options: RunnerOptions): JobRunner {
  const { table, publish } = options;
  let running: Running | null = null;
  let isClosed = false;
  const silence = createSilenceTeller(options, () => running);

  function startNext(): void {
    const next = table.list().find(({ state, workers }) => state === "queued" && workers === null);
    if (running !== null || next === undefined || isClosed) return;
    const abort = new AbortController();
    const begun: Running = { run: next.run, abort, becomes: "paused", doing: null, ended: Promise.resolve() };
    running = begun;
    const now = new Date().toISOString();
    table.settle(next.run, { state: "running", diagnostics: [], beganAt: next.beganAt ?? now, runningSince: now });
    tellLog(options, next.run, {
      from: "studio",
      tone: "info",
      text: next.step === 0 ? "Begins" : `Goes on after step ${next.step}`,
    });
    begun.ended = work(next, begun);
    silence.tell();
  }

  async function work(job: Job, begun: Running): Promise<void> {
    const { run } = job;
    const hear: WorkContext["hear"] = (listener) => (event) => {
      const doing = doingOfEvent(event);
      if (doing !== undefined) begun.doing = doing;
      listener(event);
    };
    const changes = await carryOut(options, job, { signal: begun.abort.signal, hear });
    running = null;
    const state = changes.state === "paused" ? begun.becomes : changes.state;
    const workedSeconds = secondsWorked(table.find(run));
    table.settle(run, { ...changes, ...AT_REST, state, workedSeconds });
    logEnd(options, run);
    publish({ type: "library" });
    startNext();
  }

  function endEarly(run: string, becomes: Running["becomes"]): void {
    if (running?.run !== run) return;
    running.becomes = becomes;
    table.settle(run, { state: "stopping" });
    running.abort.abort();
  }

  return {
    startNext,
    hearEngine(line) {
      if (running !== null) tellLog(options, running.run, { from: "engine", tone: "info", text: line });
    },
    hearSilence: silence.hear,
    endEarly,
    async endEngine(run) {
      if (running?.run !== run) return;
      // Nothing of what a stop would save is saved.
      running.becomes = "paused";
      await options.worker.kill();
    },
    async close() {
      isClosed = true;
      if (running === null) return;
      endEarly(running.run, running.becomes);
      await running.ended;
    },
  };
}

function logEnd(options: RunnerOptions, run: string): void {
  const job = options.table.find(run);
  if (job === undefined) return;
  tellErrors(options, run, job.diagnostics);
  tellLog(options, run, {
    from: "studio",
    tone: "info",
    text: `Ends as ${job.state} at step ${job.step} of ${job.total}`,
  });
}

function secondsWorked(job: Job | undefined): number {
  const since = job?.runningSince ?? null;
  return (job?.workedSeconds ?? 0) + (since === null ? 0 : (Date.now() - Date.parse(since)) / 1000);
}

/** Whatever a job throws ends that job, and nothing else. */
async function carryOut(options: RunnerOptions, job: Job, context: WorkContext): Promise<Ended> {
  try {
    return await workOf[job.kind](options, job, context);
  } catch (error) {
    const diagnostics = explainFault(error, { part: job.name });
    if (isCancelled(diagnostics)) return { state: "paused" };
    return { state: "failed", diagnostics: [...options.table.warningsOf(job.run), ...diagnostics] };
  }
}

interface WorkContext {
  readonly signal: AbortSignal;
  /** A listener to events of which the runner hears too. */
  readonly hear: (listener: (event: RunEvent) => void) => (event: RunEvent) => void;
}

type Work = (options: RunnerOptions, job: Job, context: WorkContext) => Promise<Ended>;

const workOf: Readonly<Record<JobKind, Work>> = {
  async learn(options, { run, device }, { signal, hear }) {
    const prepared = join(options.home.runs, run);
    const onEvent = hear(listenTo(options, run, prepared));
    const { stopped, steps } = await options.worker.api.train({ prepared, device }, { signal, onEvent });
    return { state: stopped ? "paused" : "done", step: steps };
  },
  async apply(options, { run, device, total }, { signal, hear }) {
    const folder = join(options.home.runs, run);
    const onEvent = hear(listenToDrawing(options, run, folder));
    await options.worker.api.applyPrepared({ run: folder, device }, { signal, onEvent });
    return { state: "done", step: total };
  },
};
