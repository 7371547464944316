// A sampler's way from noise, step by step and without a gradient.

import { joinArrays } from "../common/join-arrays.ts";
import type { Value } from "../compiler/graph.ts";
import { type Scheduler, type SchedulerState } from "../diffusion/scheduler.ts";
import { lowerPrediction } from "../program/functions/sample.ts";
import type { Lowering } from "../program/lowering.ts";
import type { OpenedSampler } from "../program/values.ts";
import type { Moment } from "./moment.ts";
import { type OpenedContexts, openContexts } from "./open-contexts.ts";
import { openPass } from "./open-pass.ts";
import { type DeepFeatures, type OpenedPrediction, openPrediction } from "./open-prediction.ts";
import { paysAtOnce } from "./pays-at-once.ts";
import type { ProgramRun } from "./program-run.ts";

/** What is known at a step before it is taken. */
export interface SamplingStep {
  readonly index: number;
  /** x_t [batch, channels, height, width] */
  readonly sample: Float32Array;
  /** ε̃ (or ṽ) there. */
  readonly prediction: Float32Array;
  /** Whether all of the network has predicted it, and not its last layer alone from kept features. */
  readonly isWhole: boolean;
  /** x̂0 of the step before, for samplers that look back. */
  readonly previous: Float32Array | undefined;
}

/** What rolls out: a sampler, and what predicts for it. */
export interface SamplerRun extends OpenedPrediction {
  readonly sampler: OpenedSampler;
  readonly batch: number;
  /** What is encoded once for all of its steps; `null`: no text encoder is in the graph. */
  readonly contexts: OpenedContexts | null;
}

/** Opens what predicts for a sampler, in a single graph; graphs that compute the same share a session. */
export function openSampler(run: ProgramRun, sampler: OpenedSampler, batch: number): SamplerRun {
  const lower = (lowering: Lowering): Value => lowerPrediction(lowering, sampler);
  const contexts = openContexts(run, { batch, lower });
  const given = contexts?.names ?? new Set();
  const atOnce = paysAtOnce(run.sessions.device, batch, sampler.model);
  return { sampler, batch, contexts, ...openPrediction(run, { sampler, batch, given, atOnce, pass: "all", lower }) };
}

/** As `openSampler`, pass after pass, so that only one needs memory at a time: with guidance between them, on the host. */
export function openPassingSampler(run: ProgramRun, sampler: OpenedSampler, batch: number): SamplerRun {
  const contexts = openContexts(run, { batch, lower: (lowering) => lowerPrediction(lowering, sampler) });
  const { stages, ...pass } = openPass({ run, sampler, batch, given: contexts?.names ?? new Set() });
  return { sampler, batch, contexts, ...pass, stages: [...(contexts === null ? [] : [contexts.stage]), ...stages] };
}

/** Where a sampler stands between two steps. */
export interface AtStep {
  /** The step that comes next. */
  readonly step: number;
  /** x_t there [batch, channels, …] */
  readonly sample: Float32Array;
  readonly state: SchedulerState;
  /** Of the last whole pass, where they are kept. */
  readonly features: DeepFeatures;
}

export interface RollOutOptions {
  /** Absent: from noise, or from images. */
  readonly from?: AtStep | undefined;
  /** Stop before this step; absent: go to the end. */
  readonly until?: number;
  /** Standard normal, as large as the sample: for samplers that add noise at each step. */
  readonly stepNoise?: (index: number) => Float32Array;
  /** Called before a step is taken. */
  readonly onStep?: (step: SamplingStep) => void | Promise<void>;
  /** Called when it is. */
  readonly onStepTaken?: (now: AtStep) => void | Promise<void>;
}

export interface RolledOut {
  /** x at step `until`, or the finished latents. */
  readonly sample: Float32Array;
  readonly previous: Float32Array | undefined;
}

/** @param noise standard normal [batch, channels, …]. @throws Error for a sampler that adds noise, without `stepNoise` */
export async function rollOut(
  { sampler, contexts, predict }: SamplerRun,
  noise: Float32Array,
  moment: Omit<Moment, "samplers">,
  options: RollOutOptions = {},
): Promise<RolledOut> {
  const { scheduler, ref, start, addsNoise, cacheInterval } = sampler;
  const { from, until = scheduler.timesteps.length, stepNoise, onStep, onStepTaken } = options;
  const { given } = (from?.step ?? 0) >= until ? moment : await withContexts(contexts, moment);
  const first = start?.from ?? 0;
  let now: AtStep = from ?? {
    step: first,
    sample: await begin(sampler, noise, moment.images),
    state: {},
    features: new Map(),
  };
  while (now.step < until) {
    const { step: index, sample } = now;
    const previous = now.state.previousOriginal;
    const isWhole = (index - first) % cacheInterval === 0;
    const here = {
      ...moment,
      ...(given === undefined ? {} : { given }),
      samplers: new Map([[ref, { index, sample, previous }]]),
    };
    const { output: modelOutput, features } = await predict(here, isWhole ? null : now.features);
    await onStep?.({ index, sample, prediction: modelOutput, isWhole, previous });
    const added = addsNoise && stepNoise !== undefined ? { noise: stepNoise(index) } : {};
    const next = scheduler.step({ index, sample, modelOutput, state: now.state, ...added });
    now = { step: index + 1, sample: next.sample, state: next.state, features };
    await onStepTaken?.(now);
  }
  return { sample: now.sample, previous: now.state.previousOriginal };
}

/** The same moment, with what is encoded once for all steps. */
export async function withContexts<At extends Omit<Moment, "samplers">>(
  contexts: OpenedContexts | null,
  moment: At,
): Promise<At> {
  if (contexts === null) return moment;
  return { ...moment, given: new Map([...(moment.given ?? []), ...(await contexts.encode(moment))]) };
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
