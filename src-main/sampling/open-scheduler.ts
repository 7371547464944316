// The sampler of a pipeline, over the noise schedule in its scheduler_config.json.

import type { Prediction, SchedulerName } from "../common/sampling.ts";
import { createScheduler } from "../diffusion/create-scheduler.ts";
import { parseSchedulerConfig, type SchedulerConfig } from "../diffusion/scheduler-config.ts";
import type { Scheduler } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";

/** What the UNet predicts must be settled: see settle-prediction.ts. */
export function openScheduler(pipeline: Pipeline, name: SchedulerName, steps: number): Scheduler {
  return createScheduler(name, schedulerConfigOf(pipeline), steps);
}

function schedulerConfigOf(pipeline: Pipeline): SchedulerConfig {
  const { scheduler } = pipeline;
  return predictionConfig(pipeline, parseSchedulerConfig(scheduler.text, scheduler.file, scheduler.meant));
}

/** The config with what the UNet predicts, where the user or a trial knows it better. */
export function predictionConfig({ scheduler, prediction, path }: Pipeline, config: SchedulerConfig): SchedulerConfig {
  if (prediction !== undefined) return { ...config, prediction_type: PREDICTION_TYPES[prediction] };
  if (!scheduler.tellsPrediction) throw new Error(`nobody has found out what the UNet in ${path} predicts`);
  return config;
}

const PREDICTION_TYPES: { readonly [P in Prediction]: SchedulerConfig["prediction_type"] } = {
  epsilon: "epsilon",
  v: "v_prediction",
};
