// The list of jobs, on disk and as every window sees it.

import { join } from "node:path";
import { z } from "zod";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import { courseOfSteps } from "../common/reward-course.ts";
import { type Job, type JobKind, job as jobSchema } from "../common/studio/job.ts";
import type { StudioEvent } from "../common/studio/studio-event.ts";
import { isThere, mayBeThere } from "../weights/is-there.ts";
import { drawnAt } from "./applied-results.ts";
import type { Home } from "./home.ts";
import { alongside, readJsonFile, writeJsonFile } from "./json-file.ts";
import {
  kindOfRun,
  MARKERS,
  readAppliedPlan,
  readMetrics,
  readRunNotes,
  readShownRun,
  secondsOf,
  writeRunNotes,
} from "./run-folder.ts";

export interface JobTable {
  readonly list: () => readonly Job[];
  readonly find: (run: string) => Job | undefined;
  /** A run that was taken out of the list comes back into it. @throws Refusal if there is none */
  readonly findOrTake: (run: string) => Job;
  readonly warningsOf: (run: string) => readonly Diagnostic[];
  readonly change: (run: string, changes: Partial<Job>) => void;
  /** A change that a crash must not undo. */
  readonly settle: (run: string, changes: Partial<Job>) => void;
  readonly add: (job: Job) => void;
  readonly remove: (run: string) => void;
  /** Writes what a full disk has kept from being written, if it can be by now. */
  readonly catchUp: () => void;
  /** Behind all others. */
  readonly moveLast: (run: string) => void;
  /** One place among those that wait. */
  readonly move: (run: string, by: -1 | 1) => void;
}

/** Of a job that nothing works on. */
export const AT_REST = {
  phase: null,
  loading: null,
  silence: null,
  secondsLeft: null,
  mayEndEarly: false,
  runningSince: null,
} satisfies Partial<Job>;

/** The home knows the numbers. */
const keptJob = jobSchema.omit({ number: true });

export function openJobTable(home: Home, publish: (event: StudioEvent) => void): JobTable {
  let jobs: readonly Job[] = readJsonFile(home.jobsFile, z.array(keptJob), [])
    .filter(({ run, kind }) => MARKERS[kind].some((name) => mayBeThere(join(home.runs, run, name))))
    .map((job) => foundOnStart(home, { ...job, number: home.runNumbers.of(job.run) }));

  const find = (run: string): Job | undefined => jobs.find((job) => job.run === run);
  const change = (run: string, changes: Partial<Job>): void => {
    jobs = jobs.map((job) => (job.run === run ? { ...job, ...changes } : job));
    publish({ type: "jobs", jobs: [...jobs] });
  };
  let isKept = true;
  const keep = (): void => {
    isKept = false;
    writeJsonFile(home.jobsFile, jobs);
    isKept = true;
  };
  const settle = (run: string, changes: Partial<Job>): void => {
    change(run, changes);
    try {
      keep();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // The list is still true in memory, and a full disk must not end what learns elsewhere.
      const told = find(run)?.diagnostics ?? [];
      const warnings = error.diagnostics.map((one): Diagnostic => ({ ...one, severity: "warning" }));
      change(run, {
        diagnostics: [...told, ...warnings.filter(({ at }) => !told.some((one) => one.at.file === at.file))],
      });
    }
  };
  const replace = (run: string, next: readonly Job[]): void => {
    jobs = next;
    settle(run, {});
  };
  return {
    list: () => jobs,
    find,
    findOrTake(run) {
      const known = find(run);
      if (known !== undefined) return known;
      const job = takeUp(home, run);
      jobs = [...jobs, job];
      return job;
    },
    warningsOf: (run) => find(run)?.diagnostics ?? [],
    change,
    settle,
    add: (job) => replace(job.run, [...jobs, job]),
    remove(run) {
      const job = find(run);
      if (job !== undefined) keepTimes(home, job);
      replace(
        run,
        jobs.filter((other) => other.run !== run),
      );
    },
    catchUp() {
      if (!isKept) alongside(keep);
    },
    moveLast: (run) =>
      replace(run, [...jobs.filter((job) => job.run !== run), ...jobs.filter((job) => job.run === run)]),
    move(run, by) {
      // Those of workers are handed out all at once.
      const queued = jobs.filter(({ state, workers }) => state === "queued" && workers === null);
      const at = queued.findIndex((job) => job.run === run);
      const [own, other] = [queued[at], queued[at + by]];
      if (own === undefined || other === undefined) return;
      replace(
        run,
        jobs.map((job) => (job === own ? other : job === other ? own : job)),
      );
    },
  };
}

function takeUp(home: Home, run: string): Job {
  const folder = join(home.runs, run);
  const kind = kindOfRun(folder);
  if (kind === null) {
    return refuse({
      code: "job-command",
      at: { part: run },
      message: "there is no such run",
      help: "it may have been deleted: look at the list anew",
    });
  }
  const { name, createdAt, workflowPath, beganAt, workedSeconds, sweep, workers } = readRunNotes(folder);
  const number = home.runNumbers.of(run);
  const made = newJob({ run, number, kind, name: name === "" ? run : name });
  const taken = { ...made, workflowPath, createdAt, beganAt, workedSeconds, sweep, workers };
  return foundOnStart(home, { ...taken, state: "running", total: stepsOf[kind](folder) });
}

const stepsOf: Readonly<Record<JobKind, (folder: string) => number>> = {
  learn: (folder) => readShownRun(folder)?.steps ?? 0,
  apply: (folder) => readAppliedPlan(folder)?.steps ?? 0,
};

/** When it ran, and where, goes into its folder, for it is no longer in the list. */
function keepTimes(home: Home, { run, beganAt, workedSeconds, workers }: Job): void {
  const folder = join(home.runs, run);
  if (!isThere(folder)) return;
  writeRunNotes(folder, { ...readRunNotes(folder), beganAt, workedSeconds, workers });
}

export function newJob(named: Pick<Job, "run" | "number" | "kind" | "name">): Job {
  return {
    ...named,
    state: "queued",
    device: "auto",
    createdAt: new Date().toISOString(),
    beganAt: null,
    runningSince: null,
    workedSeconds: 0,
    workflowPath: null,
    sweep: null,
    workers: null,
    step: 0,
    total: 0,
    secondsPerStep: null,
    secondsLeft: null,
    mayEndEarly: false,
    phase: null,
    loading: null,
    silence: null,
    reward: null,
    diagnostics: [],
  };
}

/** Nothing runs by itself when the program starts: what ran or waited is paused. */
function foundOnStart(home: Home, job: Job): Job {
  const isOpen = ["queued", "running", "stopping"].includes(job.state);
  const known = { ...job, ...progressOf[job.kind](join(home.runs, job.run), job) };
  if (!isOpen) return known;
  const workers = job.workers && { ...job.workers, worker: null };
  return { ...known, ...AT_REST, state: "paused", workers };
}

/** What the folder tells of the work that is done. */
const progressOf: Readonly<Record<JobKind, (folder: string, job: Job) => Partial<Job>>> = {
  learn(folder, { workedSeconds }) {
    const metrics = readMetrics(folder) ?? [];
    const course = courseOfSteps(metrics);
    return {
      step: metrics.at(-1)?.step ?? 0,
      reward: course?.last ?? null,
      // Where it was cut off, only the steps tell how long it ran.
      workedSeconds: Math.max(workedSeconds, secondsOf(metrics)),
    };
  },
  apply: (folder, { total }) => (drawnAt(folder) === null ? {} : { step: total }),
};
