// What a step of learning consists of: its gradient, and all of it.

import { type FloatTensor, floatTensor } from "../../../src-main/common/tensor.ts";
import { drawBatch } from "../../../src-main/learning/draw-batch.ts";
import { drawGradientSteps } from "../../../src-main/learning/draws.ts";
import { learnStep, valuesOf } from "../../../src-main/learning/learn-step.ts";
import {
  initialParameter,
  type LearningState,
  type ParameterState,
} from "../../../src-main/learning/learning-state.ts";
import { type OpenedUpdates, openUpdates } from "../../../src-main/learning/open-updates.ts";
import { planRun } from "../../../src-main/learning/run-plan.ts";
import { type OpenedUpdate, updateGradient } from "../../../src-main/learning/update-gradient.ts";
import { targetName } from "../../../src-main/program/lower-update.ts";
import type { ProgramRun } from "../../../src-main/sampling/program-run.ts";
import type { Job } from "../job.ts";
import { CALLS } from "./bench-program.ts";
import type { OpenedWork } from "./opened-work.ts";

export interface Learning {
  readonly updates: OpenedUpdates;
  readonly update: OpenedUpdate;
  readonly start: LearningState;
}

export async function openLearning(
  run: ProgramRun,
  { cuts, memory: budget }: Pick<Job, "cuts" | "memory">,
): Promise<Learning> {
  const updates = openUpdates(run, { cuts, budget });
  const update = updates.get(CALLS.update);
  const [parameter] = update?.parameters ?? [];
  if (update === undefined || parameter === undefined) throw new Error("the program has no optimizer");
  const start = initialParameter(await parameter.initial(), false);
  return { updates, update, start: { step: 0, parameters: { [CALLS.parameter]: start }, stopping: {} } };
}

export async function openGradient(run: ProgramRun, job: Job): Promise<OpenedWork> {
  const learning = await openLearning(run, job);
  const { update, start } = learning;
  const batch = drawBatch(update, 0, 0, valuesOf(start));
  return {
    texts: batch.texts.get(CALLS.prompts) ?? [],
    inputs: { noise: latents(update, batch.noise.get(CALLS.sampler)) },
    async run() {
      const { objective, gradient } = await updateGradient(update, batch);
      const found = gradient.get(targetName(CALLS.parameter, "context"));
      return { scores: vector(objective), gradient: vector(found) };
    },
    plan: () => planOf(run, learning, job),
  };
}

export async function openIteration(run: ProgramRun, job: Job): Promise<OpenedWork> {
  const learning = await openLearning(run, job);
  const { updates, update, start } = learning;
  const step = stepThatDraws(job, update);
  const state = { ...start, step };
  const parts = Array.from({ length: job.batch / update.batch }, (_, part) =>
    drawBatch(update, step, part * update.batch, valuesOf(start)),
  );
  const noise = parts.flatMap((part) => [...(part.noise.get(CALLS.sampler) ?? [])]);
  return {
    texts: parts.flatMap((part) => part.texts.get(CALLS.prompts) ?? []),
    inputs: { noise: latents(update, Float32Array.from(noise)) },
    async run() {
      const outcome = await learnStep(updates, state);
      const [metrics] = Object.values(outcome.metrics);
      return {
        reward: vector(Float32Array.of(metrics?.reward ?? NaN)),
        gradient: firstMoment(outcome.state.parameters[CALLS.parameter]),
      };
    },
    plan: () => planOf(run, learning, job),
  };
}

/** Whatever the step's number, chance takes one of the last sampling steps: the first number at which it is the one that is wanted. */
function stepThatDraws({ sampling }: Job, { lowered, update }: OpenedUpdate): number {
  const [sampler] = lowered.samplers;
  if (sampler === undefined) throw new Error("the program has no sampler");
  for (let step = 0; step < 1000; step++) {
    const [index] = drawGradientSteps(update.settings.seed, sampling.steps, sampler.gradient, step);
    if (index === sampling.index) return step;
  }
  throw new Error(`step ${sampling.index} of ${sampling.steps} is never drawn`);
}

/** Adam's, after one step: (1 − β₁) times the gradient of the loss. */
function firstMoment(parameter: ParameterState | undefined): FloatTensor {
  const memory = Object.entries(parameter?.optimizer?.["context"] ?? {});
  const [, moment] = memory.find(([name]) => name.endsWith("/m")) ?? [];
  if (moment === undefined) throw new Error("the optimizer is not Adam");
  const SHARE = 1 - 0.9;
  return vector(moment.data.map((value) => value / SHARE));
}

function latents({ lowered }: OpenedUpdate, data: Float32Array | undefined): FloatTensor {
  const [sampler] = lowered.samplers;
  if (sampler === undefined || data === undefined) throw new Error("the program draws no latents");
  const { latent } = sampler.model;
  return floatTensor([data.length / latent.reduce((product, side) => product * side, 1), ...latent], data);
}

function vector(data: Float32Array | undefined): FloatTensor {
  if (data === undefined) throw new Error("a result is missing");
  return floatTensor([data.length], data);
}

async function planOf(run: ProgramRun, { updates, update }: Learning, { memory: budget }: Pick<Job, "memory">) {
  const { memory } = await planRun(run, updates, { budget });
  return { foreseen: memory.peak, cuts: update.cut.cuts.map(({ kind }) => kind) };
}
