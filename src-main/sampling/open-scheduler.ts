// The sampler of a pipeline, over the noise schedule in its scheduler_config.json.

import type { Betas } from "../common/applying.ts";
import type { Prediction, SchedulerName } from "../common/sampling.ts";
import { createScheduler } from "../diffusion/create-scheduler.ts";
import { parseSchedulerConfig, type SchedulerConfig } from "../diffusion/scheduler-config.ts";
import type { Scheduler } from "../diffusion/scheduler.ts";
import type { Pipeline } from "../models/pipeline.ts";
import type { HostSchedulerOptions } from "../program/host.ts";

/** What the UNet predicts must be settled: see resolve-prediction.ts. */
export function openScheduler(
  pipeline: Pipeline,
  name: SchedulerName,
  steps: number,
  { betas, ...options }: HostSchedulerOptions = {},
): Scheduler {
  const config = noiseConfig(pipeline);
  const trained = betas === undefined ? config : withBetas(config, betas);
  return createScheduler(name, predictionConfig(pipeline, trained), steps, options);
}

/** Of the noise that the pipeline's network was trained with. */
export function betasOf(pipeline: Pipeline): Betas {
  const { beta_schedule: schedule, beta_start: start, beta_end: end } = noiseConfig(pipeline);
  return { schedule, start, end };
}

function noiseConfig({ scheduler }: Pipeline): SchedulerConfig {
  return parseSchedulerConfig(scheduler.text, scheduler.file, scheduler.meant);
}

/** Those that are the config's own change nothing of it. */
function withBetas(config: SchedulerConfig, { schedule, start, end }: Betas): SchedulerConfig {
  const { beta_schedule: ownSchedule, beta_start: ownStart, beta_end: ownEnd } = config;
  if (ownSchedule === schedule && ownStart === start && ownEnd === end) return config;
  return { ...config, beta_schedule: schedule, beta_start: start, beta_end: end, trained_betas: null };
}

/** The config with what the UNet predicts, where the user or a trial knows it better. */
function predictionConfig({ scheduler, prediction, path }: Pipeline, config: SchedulerConfig): SchedulerConfig {
  if (prediction !== undefined) return { ...config, prediction_type: PREDICTION_TYPES[prediction] };
  if (!scheduler.tellsPrediction) throw new Error(`nobody has found out what the UNet in ${path} predicts`);
  return config;
}

const PREDICTION_TYPES: { readonly [P in Prediction]: SchedulerConfig["prediction_type"] } = {
  epsilon: "epsilon",
  v: "v_prediction",
};
