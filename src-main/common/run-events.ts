// What a long run tells while it works.

import { z } from "zod";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { rewardMean } from "./reward-course.ts";
import { stageTimes } from "./stage-times.ts";
import { updateMetrics } from "./update-metrics.ts";

/** The phase of an application whose steps are those of the sampler, over all columns. */
export const DRAWING = "drawing";

const progressEvent = z.object({
  type: z.literal("progress"),
  /** `sampling`, `evaluating`, … */
  phase: z.string(),
  /** What is counted, in plural, as it follows the phase in a sentence: evaluating 34 of 96 `images`. */
  unit: z.string().optional(),
  /** Work that is begun counts in part. */
  done: z.number().nonnegative(),
  total: z.number().positive(),
  secondsLeft: z.number().nonnegative().optional(),
});

export type ProgressEvent = z.output<typeof progressEvent>;

/** A network is read and made ready: nothing can be told of how far that is. */
const loadingEvent = z.object({
  type: z.literal("loading"),
  /** `unet`, `vae decoder`, …; `null`: it is ready. */
  what: z.string().nullable(),
});

/** Which stage is in work, and where the time went so far. */
const stagesEvent = z.object({ type: z.literal("stages"), times: stageTimes });

/** One step of the optimizer. */
const stepEvent = z.object({
  type: z.literal("step"),
  /** Counted from 1. */
  step: z.int().positive(),
  total: z.int().positive(),
  /** Mean and standard deviation over the batch. */
  reward: z.number(),
  rewardDeviation: z.number(),
  /** Mean of each reward that is never trained against, by its name. */
  heldOut: z.record(z.string(), z.number()),
  /** The same over the last steps: what a person is told. */
  recent: z.object({ reward: rewardMean, heldOut: z.record(z.string(), rewardMean) }),
  /** Before clipping. */
  gradientNorm: z.number(),
  learningRate: z.number(),
  /** What other optimizers of the run tell, by their names. */
  updates: z.record(z.string(), updateMetrics).exactOptional(),
  /** The leading optimizer has stopped early: what is told of it is of its last step. */
  leadRests: z.literal(true).exactOptional(),
  /** Of this step, and the engine's resident memory after it, in 2²⁰ bytes. */
  stepSeconds: z.number(),
  memoryMB: z.number(),
  /** Since the run began. */
  seconds: z.number(),
  /** On average so far, with the previews between. */
  secondsPerStep: z.number().nonnegative(),
  /** Until the end, with the images of evaluations as far as earlier ones tell how long they take. */
  secondsLeft: z.number().nonnegative(),
  /** Steps that are left may stay undone, where the held-out reward no longer rises. */
  mayEndEarly: z.literal(true).exactOptional(),
});
export type StepEvent = z.output<typeof stepEvent>;

/** An image was written; pixels themselves never cross. */
const previewEvent = z.object({ type: z.literal("preview"), file: z.string(), step: z.int().nonnegative() });

/** A guess at the pictures in work was written over the one before: each sampling step some. */
const latentPreviewEvent = z.object({
  type: z.literal("latent-preview"),
  file: z.string(),
  /** Steps of the sampler done, and in all, of the pictures in work. */
  done: z.int().positive(),
  total: z.int().positive(),
});

/** Images of fixed prompts and seeds were drawn and scored, to stop an optimizer whose held-out reward no longer rises. */
const heldOutEvent = z.object({
  type: z.literal("held-out"),
  /** The node that optimizes, and the name of the reward. */
  optimizer: z.string(),
  reward: z.string(),
  step: z.int().nonnegative(),
  /** Over the images. */
  mean: z.number(),
  /** The step that was best so far. */
  best: z.int().nonnegative(),
});

const noteEvent = z.object({ type: z.literal("note"), message: z.string() });

export const warningEvent = z.object({ type: z.literal("warning"), diagnostic: diagnosticSchema });
export type WarningEvent = z.output<typeof warningEvent>;

export const runEvent = z.discriminatedUnion("type", [
  progressEvent,
  loadingEvent,
  stagesEvent,
  stepEvent,
  previewEvent,
  latentPreviewEvent,
  heldOutEvent,
  noteEvent,
  warningEvent,
]);
export type RunEvent = z.output<typeof runEvent>;
