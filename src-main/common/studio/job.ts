// What was asked for from the editor, learning or drawing: what waits, what runs, what ended.

import { z } from "zod";
import { deviceChoice, deviceName } from "../device.ts";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { engineSilence } from "../engine-silence.ts";
import { filePath } from "../path-name.ts";
import { rewardMean } from "../reward-course.ts";
import { sweepOfRun } from "../sweep.ts";

/** Also the name of the run's folder: it outlives every window and every process. */
export const runId = z.string().regex(/^[\w][\w.-]{0,127}$/, "a run is named by letters, digits, ., - and _");

export const jobState = z.enum([
  /** Waits for those before it. */
  "queued",
  /** The engine works on it. */
  "running",
  /** Asked to end with its step. */
  "stopping",
  /** Stopped so that it can go on, with all it learned on disk. A job that a crash cut off is found so too. */
  "paused",
  /** Ended before its last step, for good. */
  "stopped",
  "done",
  /** Its diagnostics say why; it can be resumed if it has a checkpoint. */
  "failed",
]);
export type JobState = z.output<typeof jobState>;

/** Learns an embedding, or draws with one on another model. */
export const jobKind = z.enum(["learn", "apply"]);
export type JobKind = z.output<typeof jobKind>;

/** What workers of the queue are asked for that do a run in place of this machine. */
export const askedWorkers = z.object({
  /** On which they compute. */
  device: deviceName,
  /** Whether its images are sent back. */
  images: z.boolean(),
});
export type AskedWorkers = z.output<typeof askedWorkers>;

/** Of a run that they do. */
export const jobWorkers = askedWorkers.extend({
  /** Who works on it, or has done it; `null`: nobody yet. */
  worker: z.string().nullable(),
});

export const job = z.object({
  run: runId,
  /** What people call it: short, and given once in each home. */
  number: z.int().positive(),
  kind: jobKind.default("learn"),
  name: z.string(),
  state: jobState,
  device: deviceChoice,
  /** ISO 8601. */
  createdAt: z.string(),
  /** When it first ran, and since when it runs just now, ISO 8601. */
  beganAt: z.string().nullable().default(null),
  runningSince: z.string().nullable().default(null),
  /** That it has run, without the time since then. */
  workedSeconds: z.number().nonnegative().default(0),
  /** Of the workflow that it was made from; it keeps a plan of its own and never reads that file again. */
  workflowPath: z.string().nullable(),
  /** `null`: it was asked for alone. */
  sweep: sweepOfRun.nullable().default(null),
  /** `null`: it is done on this machine. */
  workers: jobWorkers.nullable().default(null),
  /** Of learning; of drawing, over all columns. */
  step: z.int().nonnegative(),
  total: z.int().nonnegative(),
  secondsPerStep: z.number().nonnegative().nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
  /** It may take less, where the held-out reward no longer rises. */
  mayEndEarly: z.boolean().default(false),
  /** What it does just now besides its steps: `evaluating`, `decoding frames`, … */
  phase: z
    .object({
      name: z.string(),
      /** What is counted, in plural; `null`: that has no name. */
      unit: z.string().nullable(),
      /** Work that is begun counts in part. */
      done: z.number(),
      total: z.number(),
      secondsLeft: z.number().nonnegative().nullable(),
    })
    .nullable()
    .catch(null),
  /** The network that is made ready just now. */
  loading: z.string().nullable().default(null),
  /** The engine gives no sign of life. */
  silence: engineSilence.nullable().default(null),
  /** Over the last steps. */
  reward: rewardMean.nullable().catch(null),
  /** Why it failed, and what it warned of. */
  diagnostics: z.array(diagnosticSchema),
});
export type Job = z.output<typeof job>;

/** Whether something works on it: the engine of this machine or a worker. */
export function isAtWork({ state }: Pick<Job, "state">): boolean {
  return state === "running" || state === "stopping";
}

/** Whether the engine of this machine works on it: one job at a time. Workers may be at work on many. */
export function isAtWorkHere(job: Pick<Job, "state" | "workers">): boolean {
  return isAtWork(job) && job.workers === null;
}

/** The one that is meant where only one can be: what this machine works on, else one of those that workers do. */
export function workingJob(jobs: readonly Job[]): Job | undefined {
  return jobs.find(isAtWorkHere) ?? jobs.find(isAtWork);
}

export const enqueueInput = z.object({
  name: z.string().min(1),
  /** A workflow document, as JSON. It is compiled at once; what is wrong with it refuses the call. */
  workflow: z.unknown(),
  /** Its file, which relative paths are relative to; `null`: not saved yet. */
  path: filePath.nullable(),
  device: deviceChoice.default("auto"),
});

export const jobCommand = z.enum([
  /** Ends with its step and keeps everything, so that `resume` goes on to the same bits. */
  "pause",
  "resume",
  /** Ends with its step for good, and saves the embedding as it is. */
  "stop",
  /** A job that waits goes one place up, or down. */
  "earlier",
  "later",
  /** Takes it out of the list; its run stays on disk. */
  "forget",
  /** Draws its previews after the step in work. */
  "sample now",
  /** Writes its embedding after the step in work. */
  "save now",
  /** Ends the engine at once, also one that does not answer. The run is paused, and goes on from its last checkpoint. */
  "end engine",
]);
export type JobCommand = z.output<typeof jobCommand>;
