// The settings of the optimizer: how long it learns, from how many pictures, and how far a step goes.

import { z } from "zod";
import { batchSize, seed, stepCount } from "../src-main/common/limits.ts";
import { optimizerName, type UpdateSettings } from "../src-main/common/program/update.ts";
import { earlyStoppingParams } from "./early-stopping.ts";

export const optimizerParams = z.object({
  steps: stepCount.default(100).meta({ label: "Steps", help: "How often what is trained is changed." }),
  batch: batchSize.default(8).meta({
    label: "Batch size",
    unit: "images",
    help: "Images a step. More make each step surer, and slower.",
  }),
  microBatch: batchSize.default(4).meta({
    label: "Micro-batch size",
    unit: "images",
    help: "Images that go through the networks together: changes memory and speed, not the result. It divides the batch.",
  }),
  optimizer: optimizerName.default("adamw").meta({ label: "Optimizer", help: "How a gradient becomes a change." }),
  learningRate: z
    .number()
    .positive()
    .default(5e-3)
    .meta({ label: "Learning rate", step: 0.001, help: "How far a step goes." }),
  schedule: z.enum(["cosine", "linear", "constant"]).default("cosine").meta({
    label: "Schedule",
    help: "How the learning rate falls towards the end.",
  }),
  warmup: z
    .int()
    .nonnegative()
    .default(0)
    .meta({ label: "Warm-up", unit: "steps", help: "Steps over which the learning rate rises." }),
  weightDecay: z.number().nonnegative().default(1e-2).meta({
    label: "Weight decay",
    step: 0.01,
    help: "How much a step pulls towards zero: rate times this.",
  }),
  clipNorm: z.number().positive().nullable().default(null).meta({
    label: "Clip gradient norm",
    help: "Longer gradients are shortened to this norm.",
    empty: "never shortened",
  }),
  pull: z.number().nonnegative().default(0).meta({
    label: "Proximal weight",
    step: 0.01,
    help: "λ of a loss λ/2 · ‖n − n₀‖² that keeps what is trained near where it began.",
  }),
  emaDecay: z.number().min(0).lt(1).nullable().default(null).meta({
    label: "EMA decay",
    step: 0.01,
    help: "Of an exponential moving average, which is saved in place of the last value.",
    empty: "the last value is saved",
  }),
  ...earlyStoppingParams,
  seed: seed.default(0).meta({
    label: "Seed",
    help: "Everything that chance decides repeats from it.",
    control: "seed",
  }),
});
export type OptimizerParams = z.output<typeof optimizerParams>;

/** As an update has them. */
export function updateSettings(params: OptimizerParams): UpdateSettings {
  const { clipNorm, emaDecay, pull, patience: _, evaluateEvery: _every, evaluateImages: _images, ...settings } = params;
  return {
    ...settings,
    proximalWeight: pull,
    ...(clipNorm === null ? {} : { clipNorm }),
    ...(emaDecay === null ? {} : { emaDecay }),
  };
}
