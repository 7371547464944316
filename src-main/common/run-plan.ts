// What a run will do and need, told before anything runs.

import { z } from "zod";
import { cutChoice, memoryBound } from "./cut-choice.ts";
import { deviceChoice, deviceName } from "./device.ts";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { workflowInput } from "./workflow-run.ts";

export const planInput = z.object({
  /** The file of a recipe or a workflow; or else a workflow itself. */
  recipe: z.string().optional(),
  workflow: workflowInput.optional(),
  device: deviceChoice.default("auto"),
  /** Whether to load and run every stage, to tell the time of a step. */
  measure: z.boolean().default(false),
  /** Where the graph of a step is cut. */
  cuts: cutChoice.default("auto"),
  memory: memoryBound.optional(),
});

const bytes = z.number().nonnegative();

export const stagePlan = z.object({
  /** `unet`, `vae decoder backwards` */
  name: z.string(),
  /** Of the graph as the runtime gets it; a stage that runs backwards computes its network forwards first. */
  operators: z.int().nonnegative(),
  /** How often it runs: on average over the steps, or once for each new prompt. */
  passes: z.object({ count: z.number(), per: z.enum(["step", "prompt"]) }),
  /** What it hands on to others, as people call it: `image`, `gradient of latent`. */
  gives: z.array(z.string()),
  /** The networks whose forward pass it computes once more. */
  again: z.array(z.string()),
  /** Floating-point operations of one pass. */
  flops: z.number().nonnegative(),
  /** What the weights take in their files; stages of one network share them. */
  weights: bytes,
  memory: z.object({
    /** Weights read where they lie. */
    mapped: bytes,
    /** Weights computed anew when the stage is loaded. */
    folded: bytes,
    /** Results of a pass, at most at once. */
    activations: bytes,
  }),
  /** Of one pass, if measured. */
  seconds: z.number().nonnegative().optional(),
});
export type StagePlan = z.output<typeof stagePlan>;

/** What an optimizer that may end early draws and judges besides its steps. */
const evaluationPlan = z.object({
  optimizer: z.string(),
  /** Of the evaluations, if none of them ends the run. */
  count: z.int().positive(),
  /** Of each evaluation. */
  images: z.int().positive(),
  /** Steps between two. */
  every: z.int().positive(),
  /** Evaluations without a rise that end the training. */
  patience: z.int().positive(),
  /** The first step at which they can; `null`: the last step comes before. */
  earliest: z.int().positive().nullable(),
  /** Floating-point operations of one evaluation. */
  flops: z.number().nonnegative(),
  /** Of one evaluation, if measured. */
  seconds: z.number().nonnegative().optional(),
});
export type EvaluationPlan = z.output<typeof evaluationPlan>;

export const runPlan = z.object({
  device: deviceName,
  /** Pixels of what is drawn; `null`: nothing is, what is learned from exists. */
  size: z.object({ height: z.int(), width: z.int() }).nullable(),
  batch: z.int(),
  microBatch: z.int(),
  steps: z.int(),
  /** Where each optimizer's graph is cut: `prediction`, `image`; empty: nowhere. */
  optimizers: z.array(z.object({ name: z.string(), cuts: z.array(z.string()) })),
  stages: z.array(stagePlan),
  /** Of the optimizers that may end before their last step. */
  evaluations: z.array(evaluationPlan),
  memory: z.object({
    /** The most at once, as the stages follow each other. */
    peak: bytes,
    /** What is kept of what is learned, and of its optimizers, besides the stages; part of the peak. */
    learned: bytes,
    /** What may be used; `null` where it is not known, as on GPUs. */
    available: bytes.nullable(),
    /** Whether all stages stay loaded from step to step; else some are loaded anew in each, which takes time. */
    staysLoaded: z.boolean(),
  }),
  /** All stages of a step, if measured. */
  secondsPerStep: z.number().nonnegative().optional(),
  problems: z.array(diagnosticSchema),
});
export type RunPlan = z.output<typeof runPlan>;

/** All steps, and what is drawn and judged between them; `undefined` where nothing was measured. */
export function secondsInAll({
  steps,
  secondsPerStep,
  evaluations,
}: Pick<RunPlan, "steps" | "secondsPerStep" | "evaluations">): number | undefined {
  if (secondsPerStep === undefined) return undefined;
  return evaluations.reduce((sum, { count, seconds = 0 }) => sum + count * seconds, steps * secondsPerStep);
}

/** Whether a run may take less than all of its steps. */
export function mayEndEarly({ optimizers, evaluations }: Pick<RunPlan, "optimizers" | "evaluations">): boolean {
  // One that goes on to its last step keeps the run going.
  return optimizers.every(({ name }) =>
    evaluations.some(({ optimizer, earliest }) => optimizer === name && earliest !== null),
  );
}
