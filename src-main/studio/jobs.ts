// The queue: each job has a plan of its own, one runs at a time, and what was learned outlives every window and every process.

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { z } from "zod";
import type { ApiClient } from "../common/api.ts";
import { Refusal, refuse } from "../common/diagnostic.ts";
import type { ApplyJobInput } from "../common/studio/applied.ts";
import type { enqueueInput, Job, JobCommand, JobKind } from "../common/studio/job.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import type { SweepOfRun } from "../common/sweep.ts";
import type { Engine } from "../engine/client.ts";
import { holderOf } from "../weights/folder-lock.ts";
import { isThere } from "../weights/is-there.ts";
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
  readonly publish: (event: StudioEvent) => void;
}

export interface EnqueuedRun extends z.output<typeof enqueueInput> {
  /** Absent: it is asked for alone. */
  readonly sweep?: SweepOfRun;
}

export interface Jobs {
  readonly list: () => readonly Job[];
  readonly enqueue: (input: EnqueuedRun) => Promise<Job>;
  /** All or none: what is wrong with one of them refuses all. */
  readonly enqueueAll: (inputs: readonly EnqueuedRun[]) => Promise<Job[]>;
  /** What runs or waits of a sweep. */
  readonly stopSweep: (id: string) => Promise<void>;
  readonly apply: (input: ApplyJobInput) => Promise<Job>;
  /** A line that the learning engine wrote by itself. */
  readonly hearEngine: (line: string) => void;
  /** Since when it gives no sign of life, in milliseconds since 1970; `null`: it does again. */
  readonly hearSilence: (since: number | null) => void;
  readonly command: (run: string, command: JobCommand) => Promise<void>;
  /** Pauses what runs, and resolves when it has; nothing is begun any more. */
  readonly close: () => Promise<void>;
}

export function createJobs({ home, worker, helper, publish }: JobsOptions): Jobs {
  const table = openJobTable(home, publish);
  const runner = createJobRunner({ home, table, worker, publish });
  const commands = createCommands(home, table, runner, worker.api);
  const reserved = new Set<string>();
  /** What is refused leaves no folder behind, which would look like a run, and its name is free again. */
  const inNewFolders = async (
    names: readonly string[],
    make: (runs: readonly string[]) => Promise<Job[]>,
  ): Promise<Job[]> => {
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
  const begin = (run: string, kind: JobKind, name: string, rest: Partial<Job>): Job => {
    const job = { ...newJob({ run, number: home.runNumbers.give(run), kind, name }), ...rest };
    const { createdAt, workflowPath, beganAt, workedSeconds, sweep } = job;
    const workflowName = sweep?.name ?? name;
    const times = { createdAt, beganAt, workedSeconds };
    writeRunNotes(join(home.runs, run), { name, notes: "", tags: [], workflowPath, workflowName, sweep, ...times });
    table.add(job);
    publish({ type: "library" });
    runner.startNext();
    return table.find(run) ?? job;
  };
  const enqueueAll = (inputs: readonly EnqueuedRun[]): Promise<Job[]> =>
    inNewFolders(
      inputs.map(({ name }) => name),
      async (runs) => {
        const made: (() => Job)[] = [];
        for (const [i, { name, workflow, path, device, sweep = null }] of inputs.entries()) {
          const run = runs[i] ?? name;
          const base = path === null ? home.workflows : dirname(path);
          const asked = { workflow, folder: base, run: join(home.runs, run) };
          const { steps, warnings } = await namingRun(inputs.length > 1 ? name : null, () => helper.prepareRun(asked));
          const rest = { workflowPath: path, device, sweep, total: steps, diagnostics: warnings };
          made.push(() => begin(run, "learn", name, rest));
        }
        return made.map((beginIt) => beginIt());
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
          return [begin(run, "apply", name, { device, total: steps, diagnostics: warnings })];
        }),
      ),
    async stopSweep(id) {
      const open = table.list().filter(({ sweep, state }) => sweep?.id === id && state !== "failed");
      // Those that wait first: else the next one begins when the one at work has ended.
      const isAtWork = ({ state }: Job): boolean => state === "running" || state === "stopping";
      for (const job of [...open.filter((one) => !isAtWork(one)), ...open.filter(isAtWork)]) await commands.stop(job);
    },
    async command(run, command) {
      await commands[command](table.findOrTake(run));
    },
    hearEngine: runner.hearEngine,
    hearSilence: runner.hearSilence,
    async close() {
      await runner.close();
      table.catchUp();
    },
  };
}

type Commands = Readonly<Record<JobCommand, (job: Job) => Promise<void> | void>>;

function createCommands(home: Home, table: JobTable, runner: JobRunner, worker: ApiClient): Commands {
  return {
    pause({ run, state }) {
      if (state === "running") return runner.endEarly(run, "paused");
      if (state === "queued") table.settle(run, { state: "paused" });
    },
    stop({ run, state }) {
      if (state === "running" || state === "stopping") return runner.endEarly(run, "stopped");
      if (state === "queued" || state === "paused" || state === "failed") table.settle(run, { state: "stopped" });
    },
    resume({ run, number, state }) {
      if (state === "stopped" || state === "done") {
        refuseCommand(run, `run ${number} is ${state}`, "start a new one; its embedding can be what that starts from");
      }
      if (state !== "paused" && state !== "failed") return;
      table.moveLast(run);
      table.settle(run, { state: "queued", diagnostics: [] });
      runner.startNext();
    },
    earlier: ({ run }) => table.move(run, -1),
    later: ({ run }) => table.move(run, 1),
    forget({ run, number, state }) {
      if (state === "running" || state === "stopping") {
        refuseCommand(run, `run ${number} is at work just now`, "pause or stop it first");
      }
      table.remove(run);
    },
    "sample now": async ({ run }) => void (await worker.askRun({ run: join(home.runs, run), request: "sample" })),
    "save now": async ({ run }) => void (await worker.askRun({ run: join(home.runs, run), request: "save" })),
    "end engine": ({ run }) => runner.endEngine(run),
  };
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
