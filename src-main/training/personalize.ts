// The per-sample variant of ReNeg: from the global embedding to one for a single prompt and its noise.

import { mean } from "../common/means.ts";
import { floatTensor } from "../common/tensor.ts";
import type { Picture } from "../pictures/picture.ts";
import { optimizerStep, type OptimizerState } from "../runtime/optimizer.ts";
import { drawPictures } from "./draw-pictures.ts";
import { drawGradientSteps } from "./draws.ts";
import { scoreAll } from "./evaluate.ts";
import { encodeText, type SamplingStep } from "./generator.ts";
import type { Plan } from "./plan.ts";
import { gradientOver, type Learner } from "./reneg-step.ts";

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
  const { guidance: scale } = plan.sampler;
  const embedding = await encodeText(generator, prompt);
  const positive = seeds.map(() => embedding);
  const prompts = seeds.map(() => prompt);
  const requests = seeds.map((seed) => ({ prompt, seed }));
  /** Draws to the end, and keeps of the way what the gradient of `step` needs. */
  const draw = async (negative: Float32Array, step: number) => {
    const indices = drawGradientSteps(plan, step);
    const kept: SamplingStep[] = [];
    const pictures = await drawPictures(generator, scheduler, requests, {
      negative,
      guidance: scale,
      onStep: ({ step: passed }) => {
        if (indices.includes(passed.index)) kept.push(passed);
      },
    });
    const rewards = await scoreAll(objectives, pictures, prompts);
    return { judged: { pictures, rewards, reward: mean(rewards) }, kept };
  };

  let negative = global;
  let drawn = await draw(negative, 0);
  const start = drawn.judged;
  let best = { embedding: global, judged: start, step: 0 };
  let memory: OptimizerState | null = null;
  let step = 0;
  while (step < limits.steps && step - best.step < limits.patience) {
    const guidance = { positive, negative, scale };
    const { gradient } = await gradientOver(learner, { prompts, guidance }, drawn.kept);
    const descent = floatTensor(
      [gradient.length],
      gradient.map((n) => -n / seeds.length),
    );
    const { direction, state } = await optimizerStep(plan.optimizer.name, descent, memory);
    memory = state;
    negative = negative.map((n, i) => n + plan.optimizer.learningRate * (direction[i] ?? 0));
    step++;
    drawn = await draw(negative, step);
    if (drawn.judged.reward > best.judged.reward) best = { embedding: negative, judged: drawn.judged, step };
  }
  return { embedding: best.embedding, start, best: best.judged, steps: step };
}
