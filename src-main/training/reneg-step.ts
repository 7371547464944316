// One step of ReNeg (Li et al. 2024, arXiv:2412.19637): sample without gradient to a late step, foresee the picture
// from there, judge it, and pull the reward's gradient back to the negative embedding. Several late steps of one
// trajectory may be used: the way there costs most.

import { applyForm, type Scheduler } from "../diffusion/scheduler.ts";
import {
  decodeLatents,
  sampleLatents,
  type SamplingStep,
  pullBackToLatents,
  pullBackToNegative,
  type Generator,
  type Guidance,
} from "./generator.ts";
import { score, scoreWithGradient, type Judge } from "./judge.ts";

/** What is climbed: Σ weight · score. */
export interface Objective {
  readonly judge: Judge;
  readonly weight: number;
}

export interface Learner {
  readonly generator: Generator;
  readonly scheduler: Scheduler;
  readonly objectives: readonly Objective[];
  /** By name: scored on the same pictures, never climbed, and never added up, since each has a scale of its own. */
  readonly heldOut: ReadonlyMap<string, Judge>;
}

export interface StepBatch {
  readonly prompts: readonly string[];
  /** [batch, 4, h, w] */
  readonly noise: Float32Array;
  readonly guidance: Guidance;
  /** The sampling steps whose gradients are taken, ascending: 0 is the noisiest. The paper takes one. */
  readonly indices: readonly number[];
}

export interface StepOutcome {
  /** The weighted reward of each picture, the mean over the steps taken. */
  readonly rewards: Float32Array;
  /** Each held-out reward of each picture, the mean over the steps taken. */
  readonly heldOut: ReadonlyMap<string, Float32Array>;
  /** d Σ rewards / d negative, with the trajectories held fixed: [tokens, width] */
  readonly gradient: Float32Array;
}

/** One micro-batch; gradients of several add up. */
export async function renegStep(learner: Learner, batch: StepBatch): Promise<StepOutcome> {
  const { noise, guidance, indices } = batch;
  const taken: SamplingStep[] = [];
  await sampleLatents(learner.generator, learner.scheduler, noise, guidance, {
    until: Math.max(...indices) + 1,
    onStep: (step) => {
      if (indices.includes(step.index)) taken.push(step);
    },
  });
  return gradientOver(learner, batch, taken);
}

/** The mean over `steps`, which one trajectory of the batch passed under its guidance. */
export async function gradientOver(
  learner: Learner,
  batch: Pick<StepBatch, "prompts" | "guidance">,
  steps: readonly SamplingStep[],
): Promise<StepOutcome> {
  const { size } = learner.generator;
  const outcome = {
    rewards: new Float32Array(size.batch),
    heldOut: new Map([...learner.heldOut.keys()].map((name) => [name, new Float32Array(size.batch)])),
    gradient: new Float32Array(batch.guidance.negative.length),
  };
  const share = 1 / steps.length;
  for (const step of steps) {
    const { rewards, heldOut, gradient } = await gradientAt(learner, batch, step);
    addScaled(outcome.rewards, rewards, share);
    for (const [name, sums] of outcome.heldOut) addScaled(sums, heldOut.get(name) ?? sums, share);
    addScaled(outcome.gradient, gradient, share);
  }
  return outcome;
}

/** From x_t and the prediction there: x̂0, its picture, its reward, and all the way back. */
async function gradientAt(
  { generator, scheduler, objectives, heldOut: watched }: Learner,
  { prompts, guidance }: Pick<StepBatch, "prompts" | "guidance">,
  { index, sample, modelOutput }: SamplingStep,
): Promise<StepOutcome> {
  // x̂0 is linear in the prediction: ∂x̂0/∂ε̃ = form.output
  const form = scheduler.originalForm(index);
  const original = applyForm(form, sample, modelOutput);
  const images = await decodeLatents(generator, original);
  const { rewards, gradient: onImages } = await climb(objectives, images, prompts);
  const heldOut = await watch(watched, images, prompts);
  const onLatents = await pullBackToLatents(generator, original, onImages);
  const onPrediction = onLatents.map((n) => n * form.output);
  const gradient = await pullBackToNegative(generator, scheduler, index, sample, guidance, onPrediction);
  return { rewards, heldOut, gradient };
}

async function climb(objectives: readonly Objective[], images: Float32Array, prompts: readonly string[]) {
  const rewards = new Float32Array(prompts.length);
  const gradient = new Float32Array(images.length);
  for (const { judge, weight } of objectives) {
    const result = await scoreWithGradient(judge, images, prompts);
    addScaled(rewards, result.score, weight);
    addScaled(gradient, result.gradient, weight);
  }
  return { rewards, gradient };
}

async function watch(judges: Learner["heldOut"], images: Float32Array, prompts: readonly string[]) {
  const scores = new Map<string, Float32Array>();
  for (const [name, judge] of judges) scores.set(name, await score(judge, images, prompts));
  return scores;
}

export function addScaled(sum: Float32Array, terms: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + factor * (terms[i] ?? 0);
}
