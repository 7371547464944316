// The per-sample variant of ReNeg: from the global embedding to one for a single prompt and its noise.

import { floatTensor } from "../common/tensor.ts";
import { optimizerStep, type OptimizerState } from "../runtime/optimizer.ts";
import { drawPictures } from "./draw-pictures.ts";
import { drawGradientSteps, pictureNoise } from "./draws.ts";
import { scoreAll } from "./evaluate.ts";
import { encodeText, latentLength } from "./generator.ts";
import { joinArrays } from "./join-arrays.ts";
import type { Picture } from "./picture.ts";
import type { Plan } from "./plan.ts";
import { renegStep, type Learner } from "./reneg-step.ts";
import { mean } from "./statistics.ts";

export interface PersonalLimits {
  /** The most that is tried. */
  readonly steps: number;
  /** So many without a better picture end it. */
  readonly patience: number;
}

export interface Personal {
  /** [tokens, width]: the best that was seen, which may be the one it started from */
  readonly embedding: Float32Array;
  /** The finished pictures at the start, and with `embedding`: its mean reward is never lower. */
  readonly start: Judged;
  readonly best: Judged;
  /** Steps tried. */
  readonly steps: number;
}

export interface Judged {
  /** A picture a seed. */
  readonly pictures: readonly Picture[];
  readonly rewards: readonly number[];
  /** The mean. */
  readonly reward: number;
}

/** @param seeds of the pictures that are made better; as many as the learner's batch */
export async function personalize(
  learner: Learner,
  plan: Plan,
  prompt: string,
  global: Float32Array,
  seeds: readonly number[],
  limits: PersonalLimits,
): Promise<Personal> {
  const { generator, scheduler, objectives } = learner;
  const { guidance } = plan.sampler;
  const embedding = await encodeText(generator, prompt);
  const positive = joinArrays(seeds.map(() => embedding));
  const noise = joinArrays(seeds.map((seed) => pictureNoise(seed, latentLength(generator))));
  const prompts = seeds.map(() => prompt);
  const judgeFinished = async (negative: Float32Array): Promise<Judged> => {
    const requests = seeds.map((seed) => ({ prompt, seed }));
    const pictures = await drawPictures(generator, scheduler, requests, { negative, guidance });
    const rewards = await scoreAll(objectives, pictures, prompts);
    return { pictures, rewards, reward: mean(rewards) };
  };

  const start = await judgeFinished(global);
  let best = { embedding: global, judged: start, step: 0 };
  let negative = global;
  let memory: OptimizerState | null = null;
  let step = 0;
  while (step < limits.steps && step - best.step < limits.patience) {
    const { gradient } = await renegStep(learner, {
      prompts,
      noise,
      guidance: { positive, negative, scale: guidance },
      indices: drawGradientSteps(plan, step),
    });
    const descent = floatTensor(
      [gradient.length],
      gradient.map((n) => -n / seeds.length),
    );
    const { direction, state } = await optimizerStep(plan.optimizer.name, descent, memory);
    memory = state;
    negative = negative.map((n, i) => n + plan.optimizer.learningRate * (direction[i] ?? 0));
    step++;
    const judged = await judgeFinished(negative);
    if (judged.reward > best.judged.reward) best = { embedding: negative, judged, step };
  }
  return { embedding: best.embedding, start, best: best.judged, steps: step };
}
