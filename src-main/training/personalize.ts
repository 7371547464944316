// The per-sample variant of ReNeg: from the global embedding to one for a single prompt and its noise.

import { floatTensor } from "../common/tensor.ts";
import { optimizerStep, type OptimizerState } from "../runtime/optimizer.ts";
import { drawPictures } from "./draw-pictures.ts";
import { drawGradientSteps, pictureNoise } from "./draws.ts";
import { scoreAll } from "./evaluate.ts";
import { encodeText, latentLength } from "./generator.ts";
import { joinArrays } from "./join-arrays.ts";
import type { Plan } from "./plan.ts";
import { renegStep, type Learner } from "./reneg-step.ts";
import { mean } from "./statistics.ts";

// As in the paper: at most ten steps, and no more than three without a better picture.
const MOST_STEPS = 10;
const PATIENCE = 3;

export interface Personal {
  /** [tokens, width]: the best that was seen, which may be the one it started from */
  readonly embedding: Float32Array;
  /** Mean reward of the finished pictures at the start, and with `embedding`: never lower. */
  readonly start: number;
  readonly best: number;
  /** Steps tried. */
  readonly steps: number;
}

/** @param seeds of the pictures that are made better; as many as the learner's batch */
export async function personalize(
  learner: Learner,
  plan: Plan,
  prompt: string,
  global: Float32Array,
  seeds: readonly number[],
): Promise<Personal> {
  const { generator, scheduler, objectives } = learner;
  const { guidance } = plan.sampler;
  const embedding = await encodeText(generator, prompt);
  const positive = joinArrays(seeds.map(() => embedding));
  const noise = joinArrays(seeds.map((seed) => pictureNoise(seed, latentLength(generator))));
  const prompts = seeds.map(() => prompt);
  const judgeFinished = async (negative: Float32Array): Promise<number> => {
    const requests = seeds.map((seed) => ({ prompt, seed }));
    const pictures = await drawPictures(generator, scheduler, requests, { negative, guidance });
    return mean(await scoreAll(objectives, pictures, prompts));
  };

  const start = await judgeFinished(global);
  let best = { embedding: global, reward: start, step: 0 };
  let negative = global;
  let memory: OptimizerState | null = null;
  let step = 0;
  while (step < MOST_STEPS && step - best.step < PATIENCE) {
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
    const reward = await judgeFinished(negative);
    if (reward > best.reward) best = { embedding: negative, reward, step };
  }
  return { embedding: best.embedding, start, best: best.reward, steps: step };
}
