// The queue: each job has a plan of its own, one runs at a time, and what was learned outlives every window and every process.

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import type { ApiClient } from "../common/api.ts";
import { Refusal, refuse } from "../common/diagnostic.ts";
import type { ApplyJobInput } from "../common/studio/applied.ts";
import {
  type AskedWorkers,
  type enqueueInput,
  isAtWork,
  type Job,
  type JobCommand,
  type JobKind,
} from "../common/studio/job.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import type { SweepOfRun } from "../common/sweep.ts";
import type { Engine } from "../engine/client.ts";
import { holderOf } from "../weights/folder-lock.ts";
import { isThere } from "../weights/is-there.ts";
import { createCrewRunner, type CrewOptions, type CrewRunner } from "./crew-runner.ts";
import type { Home } from "./home.ts";
import { createJobRunner, type JobRunner } from "./job-runner.ts";
import { type JobTable, newJob, openJobTable } from "./job-table.ts";
import { alongside } from "./json-file.ts";
import { writeRunNotes } from "./run-folder.ts";

export interface JobsOptions {
  readonly home: Home;
  /** Learns; the other one answers while that one works. */
  readonly worker: Pick<Engine, "api" | "kill">;
  readonly helper: ApiClient;
  /** Who hands out what workers are to do. */
  readonly crew: CrewOptions;
  readonly publish: (event: StudioEvent) => void;
}

export interface EnqueuedRun extends z.output<typeof enqueueInput> {
  /** Absent: it is asked for alone. */
  readonly sweep?: SweepOfRun;
  /** `null` or absent: it is done on this machine. */
  readonly workers?: AskedWorkers | null;
}

export interface Jobs {
  readonly list: () => readonly Job[];
  readonly enqueue: (input: EnqueuedRun) => Promise<Job>;
  /** All or none: what is wrong with one of them refuses all. */
  readonly enqueueAll: (inputs: readonly EnqueuedRun[]) => Promise<Job[]>;
  /** What runs or waits of a sweep. */
  readonly stopSweep: (id: string) => Promise<void>;
  /** What is paused of a sweep or has failed. */
  readonly resumeSweep: (id: string) => void;
  readonly apply: (input: ApplyJobInput) => Promise<Job>;
  /** A line that the learning engine wrote by itself. */
  readonly hearEngine: (line: string) => void;
  /** Since when it gives no sign of life, in milliseconds since 1970; `null`: it does again. */
  readonly hearSilence: (since: number | null) => void;
  readonly command: (run: string, command: JobCommand) => Promise<void>;
  /** Pauses what runs, and resolves when it has; nothing is begun any more. */
  readonly close: () => Promise<void>;
}

export function createJobs({ home, worker, helper, crew: crewOptions, publish }: JobsOptions): Jobs {
  const table = openJobTable(home, publish);
  const runner = createJobRunner({ home, table, worker, publish });
  const crew = createCrewRunner({ home, table, crew: crewOptions, publish });
  const startNext = (): void => {
    runner.startNext();
    crew.startNext();
  };
  const commands = createCommands({ home, table, runner, crew, worker: worker.api, startNext });
  const inNewFolders = createFolders(home, table);
  const begin = (run: string, kind: JobKind, name: string, rest: Partial<Job>): Job => {
    const job = { ...newJob({ run, number: home.runNumbers.give(run), kind, name }), ...rest };
    const { createdAt, workflowPath, beganAt, workedSeconds, sweep, workers } = job;
    const workflowName = sweep?.name ?? name;
    const times = { createdAt, beganAt, workedSeconds };
    const made = { workflowPath, workflowName, sweep, workers, ...times };
    writeRunNotes(join(home.runs, run), { name, notes: "", tags: [], ...made });
    table.add(job);
    publish({ type: "library" });
    return job;
  };
  /** All together, so that workers are given them as one. */
  const start = (begins: readonly (() => Job)[]): Job[] => {
    let made: readonly Job[] = [];
    try {
      made = begins.map((beginOne) => beginOne());
    } finally {
      startNext();
    }
    return made.map((job) => table.find(job.run) ?? job);
  };
  const enqueueAll = (inputs: readonly EnqueuedRun[]): Promise<Job[]> =>
    inNewFolders(
      inputs.map(({ name }) => name),
      async (runs) => {
        const begins: (() => Job)[] = [];
        for (const [i, input] of inputs.entries()) {
          const { name, workflow, path, device, sweep = null } = input;
          const workers = input.workers ? { ...input.workers, worker: null } : null;
          const run = runs[i] ?? name;
          const base = path === null ? home.workflows : dirname(path);
          const asked = { workflow, folder: base, run: join(home.runs, run) };
          const { steps, warnings } = await namingRun(inputs.length > 1 ? name : null, () => helper.prepareRun(asked));
          const rest = { workflowPath: path, device, sweep, workers, total: steps, diagnostics: warnings };
          begins.push(() => begin(run, "learn", name, rest));
        }
        return start(begins);
      },
    );
  return {
    list: table.list,
    enqueue: async (input) => onlyOf(await enqueueAll([input])),
    enqueueAll,
    apply: async ({ name, ...request }) =>
      onlyOf(
        await inNewFolders([name], async ([run = name]) => {
          const { steps, warnings } = await helper.prepareApply({ ...request, run: join(home.runs, run) });
          const { device } = request;
          return start([() => begin(run, "apply", name, { device, total: steps, diagnostics: warnings })]);
        }),
      ),
    async stopSweep(id) {
      const open = table.list().filter(({ sweep, state }) => sweep?.id === id && state !== "failed");
      // Those that wait first: else the next one begins when the one at work has ended.
      for (const job of [...open.filter((one) => !isAtWork(one)), ...open.filter(isAtWork)]) await commands.stop(job);
    },
    resumeSweep(id) {
      for (const job of table.list()) if (job.sweep?.id === id) wait(table, job);
      startNext();
    },
    async command(run, command) {
      await commands[command](table.findOrTake(run));
    },
    hearEngine: runner.hearEngine,
    hearSilence: runner.hearSilence,
    async close() {
      await Promise.all([runner.close(), crew.close()]);
      table.catchUp();
    },
  };
}

/** Makes runs in folders of their own, named after the given names. */
type InNewFolders = (names: readonly string[], make: (runs: readonly string[]) => Promise<Job[]>) => Promise<Job[]>;

/** What is refused leaves no folder behind, which would look like a run, and its name is free again. */
function createFolders(home: Home, table: JobTable): InNewFolders {
  const reserved = new Set<string>();
  return async (names, make) => {
    const runs = names.map((name) => {
      const run = freeName(home, name, reserved);
      reserved.add(run);
      return run;
    });
    try {
      return await make(runs);
    } catch (error) {
      for (const run of runs) if (table.find(run) === undefined) removeRefused(join(home.runs, run), error);
      throw error;
    } finally {
      for (const run of runs) reserved.delete(run);
    }
  };
}

type Commands = Readonly<Record<JobCommand, (job: Job) => Promise<void> | void>>;

interface CommandOptions {
  readonly home: Home;
  readonly table: JobTable;
  readonly runner: JobRunner;
  readonly crew: CrewRunner;
  readonly worker: ApiClient;
  readonly startNext: () => void;
}

function createCommands({ home, table, runner, crew, worker, startNext }: CommandOptions): Commands {
  return {
    pause({ run, state, workers }) {
      if (workers !== null && isOpen(state)) return crew.endEarly(run, "paused");
      if (state === "running") return runner.endEarly(run, "paused");
      if (state === "queued") table.settle(run, { state: "paused" });
    },
    stop(job) {
      const { run, state, workers } = job;
      if (workers !== null && (isOpen(state) || isAtWork(job))) return crew.endEarly(run, "stopped");
      if (isAtWork(job)) return runner.endEarly(run, "stopped");
      if (state === "queued" || state === "paused" || state === "failed") table.settle(run, { state: "stopped" });
    },
    resume(job) {
      const { run, number, state } = job;
      if (state === "stopped" || state === "done") {
        refuseCommand(run, `run ${number} is ${state}`, "start a new one; its embedding can be what that starts from");
      }
      wait(table, job);
      startNext();
    },
    earlier: ({ run }) => table.move(run, -1),
    later: ({ run }) => table.move(run, 1),
    forget(job) {
      const { run, number, state, workers } = job;
      if (isAtWork(job)) {
        refuseCommand(run, `run ${number} is at work just now`, "pause or stop it first");
      }
      if (workers !== null && isOpen(state)) crew.endEarly(run, "stopped");
      table.remove(run);
    },
    "sample now": async ({ run }) => void (await worker.askRun({ run: join(home.runs, run), request: "sample" })),
    "save now": async ({ run }) => void (await worker.askRun({ run: join(home.runs, run), request: "save" })),
    "end engine": ({ run }) => runner.endEngine(run),
  };
}

function isOpen(state: Job["state"]): boolean {
  return state === "queued" || state === "running";
}

/** Behind all others. One that has ended for good, or has not ended, stays as it is. */
function wait(table: JobTable, { run, state }: Job): void {
  if (state !== "paused" && state !== "failed") return;
  table.moveLast(run);
  table.settle(run, { state: "queued", diagnostics: [] });
}

/** What is wrong with one of several says with which. */
async function namingRun<Value>(name: string | null, prepare: () => Promise<Value>): Promise<Value> {
  try {
    return await prepare();
  } catch (error) {
    if (name === null || !(error instanceof Refusal)) throw error;
    throw new Refusal(error.diagnostics.map((one) => ({ ...one, message: `run “${name}”: ${one.message}` })));
  }
}

function onlyOf([job]: readonly Job[]): Job {
  if (job === undefined) throw new Error("no run was made");
  return job;
}

/** A folder's name after what the user calls the run. */
function freeName({ runs, bin }: Home, name: string, reserved: ReadonlySet<string>): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ["run"];
  const stem = words.join("-").slice(0, 60);
  for (let i = 1; ; i++) {
    const id = i === 1 ? stem : `${stem}-${i}`;
    if (!reserved.has(id) && !isThere(join(runs, id)) && !isThere(join(bin, id))) return id;
  }
}

/** Unless it is somebody else's: then that was the reason. */
function removeRefused(folder: string, error: unknown): void {
  const isTaken = error instanceof Refusal && error.diagnostics.some(({ code }) => code === "run-exists");
  if (!isTaken && holderOf(folder) === null) alongside(() => rmSync(folder, { recursive: true, force: true }));
}

function refuseCommand(run: string, message: string, help: string): never {
  refuse({ code: "job-command", at: { part: run }, message, help });
}
