// A sweep: one workflow, run with several values of some of its parameters, and the table of what came of it.

import { z } from "zod";
import { deviceChoice, deviceName } from "./device.ts";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { evaluatedReward } from "./evaluated-reward.ts";
import { workersInput } from "./queue/workers-input.ts";
import { rewardCourse, rewardMean } from "./reward-course.ts";

/** Values that one parameter of one node takes, one after the other. */
export const variation = z.object({ node: z.string(), param: z.string(), values: z.array(z.json()).min(1).max(1000) });
export type Variation = z.output<typeof variation>;

export const MOST_RUNS = 1000;

export const sweepInput = z.object({
  /** A workflow or a recipe. */
  file: z.string(),
  variations: z.array(variation).min(1),
  /** `all`: every combination; `pairs`: the first values together, then the second ones, … */
  combine: z.enum(["all", "pairs"]).default("all"),
  /** Gets a folder for each run, and the table; absent: one in `runs/` named after the file. */
  out: z.string().optional(),
  device: deviceChoice.default("auto"),
  /** Who does the runs; absent: this machine, one after the other. */
  workers: workersInput.optional(),
  /** Whether images of runs that workers do are sent back. */
  images: z.boolean().default(false),
  /** A script to run, or an address to tell, with each run that is done. */
  onDone: z.string().optional(),
});
export type SweepInput = z.output<typeof sweepInput>;

const value = z.object({ node: z.string(), param: z.string(), value: z.json() });
export type SweepValue = z.output<typeof value>;

/** Which sweep of the editor a run belongs to. */
export const sweepOfRun = z.object({
  /** The same of all its runs. */
  id: z.string(),
  /** Of the workflow, as its tab was called. */
  name: z.string(),
  /** What is special about this run, with the parameter and the value as they are shown. */
  values: z.array(value.extend({ label: z.string(), words: z.string() })),
});
export type SweepOfRun = z.output<typeof sweepOfRun>;

export const sweptRun = z.object({
  /** Of its folder in that of the sweep. */
  name: z.string(),
  values: z.array(value),
  state: z.enum(["waiting", "done", "failed"]),
  /** While learning; `null`: nothing is known. */
  reward: rewardCourse.nullable(),
  /** Over the last steps, of each reward that is held out, by its name. */
  heldOut: z.record(z.string(), rewardMean),
  evaluated: z.array(evaluatedReward),
  seconds: z.number().nonnegative(),
  /** Who did it; `null`: this machine, or nobody yet. */
  worker: z.string().nullable(),
  diagnostics: z.array(diagnosticSchema),
});
export type SweptRun = z.output<typeof sweptRun>;

export const SWEEP_FILE = "sweep.json";

/** What the sweep's folder keeps in `SWEEP_FILE`. */
export const sweepTable = z.object({
  format: z.literal("reneg-sweep"),
  formatVersion: z.literal(1),
  /** The file's name. */
  of: z.string(),
  runs: z.array(sweptRun),
});
export type SweepTable = z.output<typeof sweepTable>;

export const sweepResult = z.object({
  folder: z.string(),
  device: deviceName,
  runs: z.array(sweptRun),
  /** Whether it ended because it was asked to; the same command goes on with the runs that are not done. */
  stopped: z.boolean(),
});
export type SweepResult = z.output<typeof sweepResult>;
