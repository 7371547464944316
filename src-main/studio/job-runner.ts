// Runs the jobs that wait, one at a time, and tells what becomes of them.

import { basename, join } from "node:path";
import type { ApiClient } from "../common/api.ts";
import { explainFault } from "../common/explain-fault.ts";
import { DRAWING, type ProgressEvent, type RunEvent } from "../common/run-events.ts";
import type { StageTime, StageTimes } from "../common/stage-times.ts";
import type { Job, JobKind } from "../common/studio/job.ts";
import type { RunLogLine } from "../common/studio/run-log.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import type { Home } from "./home.ts";
import type { JobTable } from "./job-table.ts";
import { runUrl } from "./run-files.ts";
import { describePreview } from "./run-folder.ts";
import { appendLog } from "./run-log.ts";

export interface JobRunner {
  /** Begins the first job that waits, unless one runs. */
  readonly startNext: () => void;
  /** A line that the engine wrote by itself: it goes into the log of what runs. */
  readonly hearEngine: (line: string) => void;
  readonly endEarly: (run: string, becomes: "paused" | "stopped") => void;
  /** Pauses what runs, and resolves when it has; nothing is begun any more. */
  readonly close: () => Promise<void>;
}

interface Running {
  readonly run: string;
  readonly abort: AbortController;
  /** What it becomes when it ends early. */
  becomes: "paused" | "stopped";
  ended: Promise<void>;
}

type Ended = Pick<Job, "state"> & Partial<Job>;

export interface RunnerOptions {
  readonly home: Home;
  readonly table: JobTable;
  readonly worker: ApiClient;
  readonly publish: (event: StudioEvent) => void;
}

export function createJobRunner(options: RunnerOptions): JobRunner {
  const { table, publish } = options;
  let running: Running | null = null;
  let isClosed = false;

  function startNext(): void {
    const next = table.list().find(({ state }) => state === "queued");
    if (running !== null || next === undefined || isClosed) return;
    const begun: Running = { run: next.run, abort: new AbortController(), becomes: "paused", ended: Promise.resolve() };
    running = begun;
    const now = new Date().toISOString();
    table.settle(next.run, { state: "running", diagnostics: [], beganAt: next.beganAt ?? now, runningSince: now });
    tellLog(options, next.run, {
      from: "studio",
      tone: "info",
      text: next.step === 0 ? "Begins" : `Goes on after step ${next.step}`,
    });
    begun.ended = work(next, begun);
  }

  async function work(job: Job, begun: Running): Promise<void> {
    const { run } = job;
    const changes = await carryOut(options, job, begun.abort.signal);
    running = null;
    const state = changes.state === "paused" ? begun.becomes : changes.state;
    const workedSeconds = secondsWorked(table.find(run));
    table.settle(run, {
      ...changes,
      state,
      phase: null,
      loading: null,
      secondsLeft: null,
      runningSince: null,
      workedSeconds,
    });
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
    endEarly,
    async close() {
      isClosed = true;
      if (running === null) return;
      endEarly(running.run, running.becomes);
      await running.ended;
    },
  };
}

function tellLog({ home, publish }: RunnerOptions, run: string, line: Omit<RunLogLine, "at">): void {
  const told = { at: new Date().toISOString(), ...line };
  appendLog(join(home.runs, run), told);
  publish({ type: "log", run, lines: [told] });
}

function logEnd(options: RunnerOptions, run: string): void {
  const job = options.table.find(run);
  if (job === undefined) return;
  for (const { severity, message, notes = [] } of job.diagnostics) {
    if (severity !== "error") continue;
    const lines = [message, ...notes.map((note) => note.message)];
    tellLog(options, run, { from: "studio", tone: "error", text: lines.join("\n") });
  }
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
async function carryOut(options: RunnerOptions, job: Job, signal: AbortSignal): Promise<Ended> {
  try {
    return await workOf[job.kind](options, job, signal);
  } catch (error) {
    const diagnostics = explainFault(error, { part: job.name });
    if (diagnostics.every(({ code }) => code === "cancelled")) return { state: "paused" };
    return { state: "failed", diagnostics: [...options.table.warningsOf(job.run), ...diagnostics] };
  }
}

type Work = (options: RunnerOptions, job: Job, signal: AbortSignal) => Promise<Ended>;

const workOf: Readonly<Record<JobKind, Work>> = {
  async learn(options, { run, device }, signal) {
    const prepared = join(options.home.runs, run);
    const onEvent = listenTo(options, run, prepared);
    const { stopped, steps } = await options.worker.train({ prepared, device }, { signal, onEvent });
    return { state: stopped ? "paused" : "done", step: steps };
  },
  async apply(options, { run, device, total }, signal) {
    const folder = join(options.home.runs, run);
    const onEvent = listenToDrawing(options, run, folder);
    await options.worker.applyPrepared({ run: folder, device }, { signal, onEvent });
    return { state: "done", step: total };
  },
};

/** Its steps are those of the sampler, over all columns. */
function listenToDrawing(options: RunnerOptions, run: string, folder: string): (event: RunEvent) => void {
  const listen = listenTo(options, run, folder);
  return (event) => {
    if (event.type !== "progress" || event.phase !== DRAWING) return listen(event);
    const { done: step, total, secondsLeft = null } = event;
    const secondsPerStep = secondsLeft === null || step === total ? null : secondsLeft / (total - step);
    options.table.change(run, { step, total, secondsLeft, secondsPerStep, phase: null });
  };
}

function listenTo(options: RunnerOptions, run: string, folder: string): (event: RunEvent) => void {
  const { table, publish } = options;
  const log = (tone: RunLogLine["tone"], text: string): void => tellLog(options, run, { from: "studio", tone, text });
  const tellLoads = loadsTeller((text) => log("info", text));
  let glimpses = 0;
  return (event) => {
    switch (event.type) {
      case "step": {
        const { step, total, reward, stepSeconds: seconds, secondsPerStep, secondsLeft } = event;
        const { rewardDeviation, heldOut, recent, gradientNorm, learningRate, memoryMB } = event;
        const point = { step, reward, rewardDeviation, heldOut, gradientNorm, learningRate, seconds, memoryMB };
        publish({ type: "steps", run, steps: [point] });
        return table.change(run, { step, total, reward: recent.reward, secondsPerStep, secondsLeft, phase: null });
      }
      case "progress":
        return table.change(run, { phase: phaseOf(event) });
      case "loading":
        return table.change(run, { loading: event.what });
      case "preview": {
        const preview = describePreview(run, folder, basename(event.file));
        if (preview !== null) publish({ type: "preview", run, preview });
        return table.change(run, { phase: null });
      }
      case "glimpse": {
        const url = runUrl(run, basename(event.file), ++glimpses);
        return publish({ type: "glimpse", run, url, step: event.done, total: event.total });
      }
      case "stages":
        tellLoads(event.times);
        return publish({ type: "stages", run, times: event.times });
      case "warning":
        log("warning", event.diagnostic.message);
        return table.change(run, { diagnostics: [...table.warningsOf(run), event.diagnostic] });
      case "note":
        return log("info", event.message);
    }
  };
}

/** Says the device once, and each stage when it is loaded. */
function loadsTeller(log: (text: string) => void): (times: StageTimes) => void {
  const loads = new Map<string, StageTime>();
  let isBegun = false;
  return ({ device, stages }) => {
    if (!isBegun) log(`Runs on ${device}`);
    isBegun = true;
    for (const stage of stages) {
      const before = loads.get(stage.name);
      const seconds = stage.loadSeconds - (before?.loadSeconds ?? 0);
      if (stage.loads > (before?.loads ?? 0)) log(`Loaded ${stage.name} in ${seconds.toFixed(1)} s`);
      loads.set(stage.name, stage);
    }
  };
}

function phaseOf({ phase: name, unit, done, total, secondsLeft }: ProgressEvent): Job["phase"] {
  return { name, unit: unit ?? null, done, total, secondsLeft: secondsLeft ?? null };
}
