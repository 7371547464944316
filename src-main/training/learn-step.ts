// One step of a run: gradients of all micro-batches, then the optimizer. A pure function of plan and state.

import { deviation, mean } from "../common/means.ts";
import { floatTensor } from "../common/tensor.ts";
import { optimizerStep } from "../runtime/optimizer.ts";
import { drawGradientSteps, drawNoise, drawPrompts } from "./draws.ts";
import { encodeText, latentLength } from "./generator.ts";
import { learningRateAt } from "./learning-rate.ts";
import type { LearningState } from "./learning-state.ts";
import type { Plan } from "./plan.ts";
import { addScaled, renegStep, type Learner } from "./reneg-step.ts";

export interface StepMetrics {
  /** Mean and standard deviation over the batch. */
  readonly reward: number;
  readonly rewardDeviation: number;
  /** The mean over the batch of each held-out reward, by its name. */
  readonly heldOut: Readonly<Record<string, number>>;
  /** Of the mean over the batch, with the pull to the start, before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

const OPTIMIZER = { name: "optimizer", of: { network: "optimizer", work: "optimizer" } } as const;

export async function learnStep(
  learner: Learner,
  plan: Plan,
  state: LearningState,
): Promise<{ readonly state: LearningState; readonly metrics: StepMetrics }> {
  const { rewards, heldOut, ascent } = await batchGradient(learner, plan, state);
  const descent = ascent.map((n) => -n / plan.batch);
  // λ/2 · ‖n − n₀‖² has the gradient λ·(n − n₀).
  const pulled = descent.map((n, i) => n + plan.pull * ((state.negative[i] ?? 0) - (state.start[i] ?? 0)));
  const gradientNorm = Math.hypot(...pulled);
  const { clipNorm = Infinity, name, weightDecay } = plan.optimizer;
  const clip = Math.min(1, clipNorm / gradientNorm);
  const gradient = floatTensor([pulled.length], clip < 1 ? pulled.map((n) => n * clip) : pulled);
  const { direction, state: optimizer } = await learner.generator.sessions.measure(OPTIMIZER, "pass", () =>
    optimizerStep(name, gradient, state.optimizer),
  );
  const learningRate = learningRateAt(state.step, plan);
  const negative = state.negative.map(
    (n, i) => n - learningRate * weightDecay * n + learningRate * (direction[i] ?? 0),
  );
  return {
    state: {
      step: state.step + 1,
      negative,
      start: state.start,
      average: runningMean(state.average, negative, state.step, plan.emaDecay),
      optimizer,
    },
    metrics: {
      reward: mean(rewards),
      rewardDeviation: deviation(rewards),
      heldOut: Object.fromEntries([...heldOut].map(([name, scores]) => [name, mean(scores)])),
      gradientNorm,
      learningRate,
    },
  };
}

async function batchGradient(learner: Learner, plan: Plan, state: LearningState) {
  const { generator } = learner;
  const { batch: size } = generator.size;
  const prompts = drawPrompts(plan, state.step);
  const indices = drawGradientSteps(plan, state.step);
  const rewards: number[] = [];
  const heldOut = new Map<string, number[]>();
  const ascent = new Float32Array(state.negative.length);
  for (let first = 0; first < plan.batch; first += size) {
    const part = prompts.slice(first, first + size);
    const embeddings: Float32Array[] = [];
    for (const prompt of part) embeddings.push(await encodeText(generator, prompt));
    const outcome = await renegStep(learner, {
      prompts: part,
      noise: drawNoise(plan, state.step, first, size, latentLength(generator)),
      guidance: { positive: embeddings, negative: state.negative, scale: plan.sampler.guidance },
      indices,
    });
    rewards.push(...outcome.rewards);
    for (const [name, scores] of outcome.heldOut) heldOut.set(name, [...(heldOut.get(name) ?? []), ...scores]);
    addScaled(ascent, outcome.gradient, 1);
  }
  return { rewards, heldOut, ascent };
}

/** The decay grows from a short memory to the full one, so that a short run is not held back by its start. */
function runningMean(average: Float32Array | null, value: Float32Array, step: number, decay = 0): Float32Array | null {
  const warm = Math.min(decay, (1 + step) / (10 + step));
  return average?.map((n, i) => warm * n + (1 - warm) * (value[i] ?? 0)) ?? null;
}
