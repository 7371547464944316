// Runs on disk, as the gallery, the charts and the preview grid show them. Pictures are named by URL, relative to the page.

import { z } from "zod";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { earlyStoppingRecord } from "../early-stopping.ts";
import { evaluatedReward } from "../evaluated-reward.ts";
import { conditionName, evaluationReport } from "../evaluation-report.ts";
import { heldBackResult } from "../held-back.ts";
import { perSampleReport } from "../per-sample-report.ts";
import { rewardCourse } from "../reward-course.ts";
import { sweepOfRun } from "../sweep.ts";
import { updateMetrics } from "../update-metrics.ts";
import { workflowDifference, workflowParameter } from "../workflow-difference.ts";
import { appliedResult } from "./applied.ts";
import { runId } from "./job.ts";
import { libraryEntry } from "./library-entry.ts";

/** One step of a run, as its leading optimizer tells it; a line of its metrics.jsonl. */
export const metricsPoint = z.object({
  /** Counted from 1. */
  step: z.int().positive(),
  ...updateMetrics.shape,
  /** What other optimizers of the run tell, by their names. */
  updates: z.record(z.string(), updateMetrics).exactOptional(),
  /** The leading optimizer has stopped early: what is told of it is of its last step. */
  leadRests: z.literal(true).exactOptional(),
  seconds: z.number(),
  /** Resident memory of the engine after the step, in 2²⁰ bytes. */
  memoryMB: z.number(),
});
export type MetricsPoint = z.output<typeof metricsPoint>;

export const previewPicture = z.object({
  /** Of the Preview node that asked for it; empty if there is only one. */
  name: z.string(),
  step: z.int().nonnegative(),
  /** One picture with all prompts side by side, all of one size, as many pixels apart. */
  url: z.string(),
  prompts: z.array(z.string()),
  /** Of the first picture; each further one is drawn from the next. */
  seed: z.int().nonnegative(),
  /** The reward that is climbed, of each picture; empty where it is not known. */
  rewards: z.array(z.number()),
  gap: z.int().nonnegative(),
});
export type PreviewPicture = z.output<typeof previewPicture>;

/** An image of an evaluation, in a file of its own. */
export const comparedImage = z.object({
  condition: conditionName,
  prompt: z.string(),
  seed: z.int().nonnegative(),
  /** The reward that was climbed, and the first that was held out. */
  train: z.number(),
  heldOut: z.number().nullable(),
  url: z.string(),
});
export type ComparedImage = z.output<typeof comparedImage>;

export const evaluationResult = z.object({
  /** Of the node that asked for it; empty if there is only one. */
  name: z.string(),
  /** Scores, win rates and intervals; `null` for pictures only. */
  report: evaluationReport.nullable(),
  /** A row a prompt: no negative, handwritten, learned. */
  picture: z.string().nullable(),
  handwritten: z.string(),
  /** Of each prompt and seed one under each negative; empty for a run of an earlier version. */
  images: z.array(comparedImage),
});
export type EvaluationResult = z.output<typeof evaluationResult>;

export const perSampleResult = z.object({
  /** Of the node that asked for it; empty if there is only one. */
  name: z.string(),
  report: perSampleReport,
  /** A row a prompt: with the embedding of all, and with its own. */
  picture: z.string().nullable(),
  /** Of the embeddings' files, in the order of the report's prompts. */
  embeddings: z.array(z.string()),
});
export type PerSampleResult = z.output<typeof perSampleResult>;

/** Since the run before of the same workflow. */
export const runChanges = z.object({
  run: runId,
  number: z.int().positive(),
  differences: z.array(workflowDifference),
});
export type RunChanges = z.output<typeof runChanges>;

export const runSummary = libraryEntry.extend({
  /** The file that cannot be read, so that little is known of the run; `null`: all can. */
  damagedFile: z.string().nullable(),
  /** When it first ran, ISO 8601; `null`: it waits, or was made by an earlier version. */
  beganAt: z.string().nullable(),
  /** That it has run so far; of a run that is at work, until it was last begun. */
  seconds: z.number().nonnegative(),
  /** That it was made from, as its tab was called, and its file. */
  workflowName: z.string(),
  workflowPath: z.string().nullable(),
  /** `null`: it is the first of its workflow, or was made from a plain recipe. */
  changes: runChanges.nullable(),
  /** What it was made with, as it is shown. */
  parameters: z.array(workflowParameter),
  /** While learning; `null` before the first step is done. */
  reward: rewardCourse.nullable(),
  /** The same of optimizers beside the leading one. */
  otherRewards: z.array(rewardCourse.extend({ node: z.string(), title: z.string() })),
  /** By its first evaluation that scores; `null` where there is none, or not yet. */
  evaluated: evaluatedReward.nullable(),
  /** Of the first held-out score: that of the evaluation or of all held-back examples, or the best over consecutive steps where there is neither; `null`: unknown. */
  bestHeldOut: z.number().nullable(),
  /** `null`: it was asked for alone. */
  sweep: sweepOfRun.nullable(),
  /** Who does it or has done it; `null`: this machine, or nobody yet. */
  worker: z.string().nullable(),
  pipeline: z.string(),
  /** Where what was learned lies, and where it can be downloaded: a folder, as of a text encoder, cannot. */
  embedding: z.object({ path: z.string(), url: z.string().nullable() }).nullable(),
});
export type RunSummary = z.output<typeof runSummary>;

export const runDetail = runSummary.extend({
  folder: z.string(),
  metrics: z.array(metricsPoint),
  previews: z.array(previewPicture),
  evaluations: z.array(evaluationResult),
  /** Evaluations that its plan asks for and that are not done. */
  evaluationsOpen: z.int().nonnegative(),
  /** Of its optimizers that may end before their last step. */
  earlyStopping: earlyStoppingRecord,
  /** What held-back examples say of what was learned; none before its end. */
  heldBack: z.array(heldBackResult),
  perSample: z.array(perSampleResult),
  /** What its Apply nodes have drawn on other models. */
  applied: z.array(appliedResult),
  /** The workflow that it was made from, as JSON; `null` for a run of a plain recipe. */
  workflow: z.unknown(),
  warnings: z.array(diagnosticSchema),
});
export type RunDetail = z.output<typeof runDetail>;

export const runNotes = z.object({
  id: runId,
  name: z.string().min(1).max(200).exactOptional(),
  notes: z.string().max(20_000).exactOptional(),
  tags: z.array(z.string().min(1).max(50)).max(50).exactOptional(),
});
