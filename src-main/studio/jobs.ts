// The queue: each job has a plan of its own, one runs at a time, and what was learned outlives every window and every process.

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { ApiClient } from "../common/api.ts";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import type { RunEvent } from "../common/run-events.ts";
import { type enqueueInput, type Job, job as jobSchema, type JobCommand } from "../common/studio/job.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import type { Home } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";
import { runUrl } from "./run-files.ts";
import { describePreview, isRun, readMetrics, readRunNotes, readShownPlan, writeRunNotes } from "./run-folder.ts";

export interface JobsOptions {
  readonly home: Home;
  /** Learns; the other one answers while that one works. */
  readonly worker: ApiClient;
  readonly helper: ApiClient;
  readonly publish: (event: StudioEvent) => void;
}

export interface Jobs {
  readonly list: () => readonly Job[];
  readonly enqueue: (input: z.output<typeof enqueueInput>) => Promise<Job>;
  readonly command: (run: string, command: JobCommand) => Promise<void>;
  /** Pauses what runs, and resolves when it has; nothing is begun any more. */
  readonly close: () => Promise<void>;
}

type Ended = Pick<Job, "state"> & Partial<Job>;

interface Running {
  readonly run: string;
  readonly abort: AbortController;
  /** What it becomes when it ends early. */
  becomes: "paused" | "stopped";
  readonly ended: Promise<void>;
}

export function createJobs({ home, worker, helper, publish }: JobsOptions): Jobs {
  let jobs: readonly Job[] = readJsonFile(home.jobsFile, z.array(jobSchema), [])
    .filter(({ run }) => isRun(join(home.runs, run)))
    .map((job) => foundOnStart(home, job));
  let running: Running | null = null;
  let isClosed = false;
  const reserved = new Set<string>();
  let glimpses = 0;

  const tell = (): void => publish({ type: "jobs", jobs: [...jobs] });
  const change = (run: string, changes: Partial<Job>): void => {
    jobs = jobs.map((job) => (job.run === run ? { ...job, ...changes } : job));
    tell();
  };
  /** A change that a crash must not undo. */
  const settle = (run: string, changes: Partial<Job>): void => {
    change(run, changes);
    writeJsonFile(home.jobsFile, jobs);
  };

  function startNext(): void {
    const next = jobs.find(({ state }) => state === "queued");
    if (running !== null || next === undefined || isClosed) return;
    const abort = new AbortController();
    running = { run: next.run, abort, becomes: "paused", ended: Promise.resolve() };
    settle(next.run, { state: "running", diagnostics: [] });
    running = { ...running, ended: work(next, running) };
  }

  async function work({ run, device }: Job, { abort }: Running): Promise<void> {
    const changes = await learn(run, device, abort.signal);
    const isEarly = changes.state === "paused";
    const state = isEarly ? (running?.becomes ?? "paused") : changes.state;
    running = null;
    settle(run, { ...changes, state, phase: null, secondsLeft: null });
    publish({ type: "library" });
    startNext();
  }

  async function learn(run: string, device: Job["device"], signal: AbortSignal): Promise<Ended> {
    const folder = join(home.runs, run);
    try {
      const onEvent = (event: RunEvent): void => hear(run, folder, event);
      const { stopped, steps } = await worker.train({ prepared: folder, device }, { signal, onEvent });
      return { state: stopped ? "paused" : "done", step: steps };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.diagnostics.every(({ code }) => code === "cancelled")) return { state: "paused" };
      return { state: "failed", diagnostics: [...warningsOf(run), ...error.diagnostics] };
    }
  }

  function warningsOf(run: string): readonly Diagnostic[] {
    return find(run)?.diagnostics ?? [];
  }

  function hear(run: string, folder: string, event: RunEvent): void {
    switch (event.type) {
      case "step": {
        const { step, total, reward, stepSeconds, secondsLeft, heldOut = null } = event;
        const { rewardDeviation, gradientNorm, learningRate, memoryMB } = event;
        const point = { step, reward, rewardDeviation, heldOut, gradientNorm, learningRate, memoryMB };
        publish({ type: "steps", run, steps: [{ ...point, seconds: stepSeconds }] });
        const secondsPerStep = step < total ? secondsLeft / (total - step) : stepSeconds;
        return change(run, { step, total, reward, secondsPerStep, secondsLeft, phase: null });
      }
      case "progress":
        return change(run, { phase: { name: event.phase, done: event.done, total: event.total } });
      case "preview": {
        const preview = describePreview(run, folder, basename(event.file));
        if (preview !== null) publish({ type: "preview", run, preview });
        return change(run, { phase: null });
      }
      case "glimpse": {
        const url = runUrl(run, basename(event.file), ++glimpses);
        return publish({ type: "glimpse", run, url, step: event.done, total: event.total });
      }
      case "warning":
        return change(run, { diagnostics: [...warningsOf(run), event.diagnostic] });
      case "note":
        return;
    }
  }

  function find(run: string): Job | undefined {
    return jobs.find((job) => job.run === run);
  }

  /** A run that was taken out of the list comes back into it. */
  function findOrTake(run: string): Job {
    const known = find(run);
    if (known !== undefined) return known;
    const folder = join(home.runs, run);
    if (!isRun(folder)) refuseCommand(run, "there is no such run", "it may have been deleted: look at the list anew");
    const { name, createdAt, workflowPath } = readRunNotes(folder);
    const taken = { ...newJob(run, name === "" ? run : name, workflowPath), createdAt };
    const job = foundOnStart(home, { ...taken, state: "running", total: readShownPlan(folder)?.steps ?? 0 });
    jobs = [...jobs, job];
    return job;
  }

  function endEarly(run: string, becomes: Running["becomes"]): void {
    if (running?.run !== run) return;
    running.becomes = becomes;
    settle(run, { state: "stopping" });
    running.abort.abort();
  }

  function move(run: string, by: -1 | 1): void {
    const queued = jobs.filter(({ state }) => state === "queued");
    const at = queued.findIndex((job) => job.run === run);
    const other = queued[at + by];
    const own = queued[at];
    if (own === undefined || other === undefined) return;
    jobs = jobs.map((job) => (job === own ? other : job === other ? own : job));
    settle(run, {});
  }

  const commands: Readonly<Record<JobCommand, (job: Job) => Promise<void> | void>> = {
    pause({ run, state }) {
      if (state === "running") return endEarly(run, "paused");
      if (state === "queued") settle(run, { state: "paused" });
    },
    stop({ run, state }) {
      if (state === "running" || state === "stopping") return endEarly(run, "stopped");
      if (state === "queued" || state === "paused" || state === "failed") settle(run, { state: "stopped" });
    },
    resume({ run, state }) {
      if (state === "stopped" || state === "done") {
        refuseCommand(run, `this run is ${state}`, "start a new one; its embedding can be what that starts from");
      }
      if (state !== "paused" && state !== "failed") return;
      // Behind those that wait already.
      jobs = [...jobs.filter((job) => job.run !== run), ...jobs.filter((job) => job.run === run)];
      settle(run, { state: "queued", diagnostics: [] });
      startNext();
    },
    earlier: ({ run }) => move(run, -1),
    later: ({ run }) => move(run, 1),
    forget({ run, state }) {
      if (state === "running" || state === "stopping") {
        refuseCommand(run, "this run is learning just now", "pause or stop it first");
      }
      jobs = jobs.filter((job) => job.run !== run);
      settle(run, {});
    },
    "sample now": async ({ run }) => void (await worker.nudge({ run: join(home.runs, run), wish: "sample" })),
    "save now": async ({ run }) => void (await worker.nudge({ run: join(home.runs, run), wish: "save" })),
  };

  return {
    list: () => jobs,
    async enqueue({ name, workflow, path, device }) {
      const run = freeName(home, name, reserved);
      reserved.add(run);
      const folder = join(home.runs, run);
      const base = path === null ? home.workflows : dirname(path);
      const { steps, warnings } = await helper.prepareRun({ workflow, folder: base, run: folder });
      const job: Job = { ...newJob(run, name, path), device, total: steps, diagnostics: warnings };
      writeRunNotes(folder, { name, createdAt: job.createdAt, notes: "", tags: [], workflowPath: path });
      jobs = [...jobs, job];
      settle(run, {});
      publish({ type: "library" });
      startNext();
      return find(run) ?? job;
    },
    async command(run, command) {
      await commands[command](findOrTake(run));
    },
    async close() {
      isClosed = true;
      if (running === null) return;
      endEarly(running.run, running.becomes);
      await running.ended;
    },
  };
}

function newJob(run: string, name: string, workflowPath: string | null): Job {
  return {
    run,
    name,
    state: "queued",
    device: "auto",
    createdAt: new Date().toISOString(),
    workflowPath,
    step: 0,
    total: 0,
    secondsPerStep: null,
    secondsLeft: null,
    phase: null,
    reward: null,
    diagnostics: [],
  };
}

/** Nothing runs by itself when the program starts: what ran or waited is paused. */
function foundOnStart(home: Home, job: Job): Job {
  const isOpen = ["queued", "running", "stopping"].includes(job.state);
  const last = readMetrics(join(home.runs, job.run))?.at(-1);
  const known = { ...job, step: last?.step ?? 0, reward: last?.reward ?? null };
  return isOpen ? { ...known, state: "paused", phase: null, secondsLeft: null } : known;
}

/** A folder's name after what the user calls the run. */
function freeName({ runs, bin }: Home, name: string, reserved: ReadonlySet<string>): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ["run"];
  const stem = words.join("-").slice(0, 60);
  for (let i = 1; ; i++) {
    const id = i === 1 ? stem : `${stem}-${i}`;
    if (!reserved.has(id) && !existsSync(join(runs, id)) && !existsSync(join(bin, id))) return id;
  }
}

function refuseCommand(run: string, message: string, help: string): never {
  refuse({ code: "job-command", at: { part: run }, message, help });
}
