// A sampler's way from noise, step by step and without a gradient.

import { joinArrays } from "../common/join-arrays.ts";
import { type Scheduler, type SchedulerState } from "../diffusion/scheduler.ts";
import { lowerPrediction } from "../program/functions/sample.ts";
import type { OpenedSampler } from "../program/values.ts";
import type { Stage } from "../runtime/stage-sessions.ts";
import type { Moment } from "./moment.ts";
import { openValue } from "./open-value.ts";
import type { ProgramRun } from "./program-run.ts";

/** What is known at a step before it is taken. */
export interface SamplingStep {
  readonly index: number;
  /** x_t [batch, channels, height, width] */
  readonly sample: Float32Array;
  /** ε̃ (or ṽ) there. */
  readonly prediction: Float32Array;
  /** x̂0 of the step before, for samplers that look back. */
  readonly previous: Float32Array | undefined;
}

export interface SamplerRun {
  readonly sampler: OpenedSampler;
  readonly batch: number;
  readonly stage: Stage;
  /** @returns ε̃ at a step, for x_t */
  readonly predict: (moment: Moment) => Promise<Float32Array>;
}

/** Opens what predicts for a sampler; graphs that compute the same share a session. */
export function openSampler(run: ProgramRun, sampler: OpenedSampler, batch: number): SamplerRun {
  const { stage, compute } = openValue(run, {
    batch,
    label: "prediction",
    lower: (lowering) => lowerPrediction(lowering, sampler),
  });
  return { sampler, batch, stage, predict: compute };
}

export interface RollOutOptions {
  /** Stop before this step; absent: go to the end. */
  readonly until?: number;
  /** Which image of a folder each row begins with, for samplers that begin with images; absent: the first, the second, … */
  readonly images?: readonly number[];
  readonly onStep?: (step: SamplingStep) => void | Promise<void>;
}

export interface RolledOut {
  /** x at step `until`, or the finished latents. */
  readonly sample: Float32Array;
  readonly previous: Float32Array | undefined;
}

/** @param noise standard normal [batch, channels, height, width] @param start images to begin with, in place of noise alone */
export async function rollOut(
  { sampler, predict }: SamplerRun,
  noise: Float32Array,
  moment: Omit<Moment, "samplers">,
  { until = sampler.scheduler.timesteps.length, images, onStep }: RollOutOptions = {},
): Promise<RolledOut> {
  const { scheduler, ref, start } = sampler;
  const first = start?.from ?? 0;
  let sample = await begin(sampler, noise, images);
  let state: SchedulerState = {};
  for (let index = first; index < until; index++) {
    const previous = state.previousOriginal;
    const prediction = await predict({ ...moment, samplers: new Map([[ref, { index, sample, previous }]]) });
    await onStep?.({ index, sample, prediction, previous });
    ({ sample, state } = scheduler.step({ index, sample, modelOutput: prediction, state }));
  }
  return { sample, previous: state.previousOriginal };
}

async function begin(
  { scheduler, start, model }: OpenedSampler,
  noise: Float32Array,
  images?: readonly number[],
): Promise<Float32Array> {
  if (start === null) return noise.map((n) => n * scheduler.initialNoiseSigma);
  const length = model.latent.reduce((product, size) => product * size, 1);
  const latents: Float32Array[] = [];
  for (let i = 0; i < noise.length / length; i++) latents.push(await start.latent(images?.[i] ?? i));
  return addNoise(scheduler, start.from, joinArrays(latents), noise);
}

/** x_t of a clean latent: (√ᾱ · x₀ + √(1−ᾱ) · ε) in the scheduler's scale. */
function addNoise(scheduler: Scheduler, index: number, clean: Float32Array, noise: Float32Array): Float32Array {
  const alpha = scheduler.alphaCumprod(index);
  const scale = scheduler.inputScale(index);
  const [signal, spread] = [Math.sqrt(alpha) / scale, Math.sqrt(1 - alpha) / scale];
  return clean.map((value, i) => signal * value + spread * (noise[i] ?? NaN));
}
