// What chance decides in a run: prompts, noise and the step of the gradient. Each draw depends on the seed and on what
// it is for, never on the batches it is made in, so that a resumed run draws the same.

import { joinArrays } from "../common/join-arrays.ts";
import { normalNoise, type RandomStream, shuffle } from "../diffusion/noise.ts";
import type { Plan } from "./plan.ts";

// The first number of a random stream's path: what it is for.
const NOISE = 1;
const ORDER = 2;
const GRADIENT_STEP = 3;
const PICTURE = 4;

/** The prompts of a training step: the list in random order, again and again, each time in another order. */
export function drawPrompts({ seed, prompts, batch }: Plan, step: number): string[] {
  const orders = new Map<number, readonly string[]>();
  return Array.from({ length: batch }, (_, i) => {
    const count = step * batch + i;
    const round = Math.floor(count / prompts.length);
    const order = orders.get(round) ?? shuffle({ seed, path: [ORDER, round] }, prompts);
    orders.set(round, order);
    return order[count % prompts.length] ?? "";
  });
}

/** Standard normal noise of the pictures `first` to `first + count` of a training step, one after another. */
export function drawNoise({ seed }: Plan, step: number, first: number, count: number, length: number): Float32Array {
  const pictures = Array.from({ length: count }, (_, i) => first + i);
  return joinArrays(pictures.map((picture) => normalNoise({ seed, path: [NOISE, step, picture] }, length)));
}

/** The sampling steps whose gradients are taken, some of the last, ascending: 0 is the noisiest. */
export function drawGradientSteps({ seed, sampler }: Plan, step: number): number[] {
  const { steps, lastSteps, gradientSteps } = sampler;
  const last = Array.from({ length: lastSteps }, (_, i) => steps - lastSteps + i);
  return shuffle({ seed, path: [GRADIENT_STEP, step] }, last)
    .slice(0, gradientSteps)
    .toSorted((a, b) => a - b);
}

/** Of the noise that a picture of this seed starts from, wherever it is drawn. */
export function pictureStream(seed: number): RandomStream {
  return { seed, path: [PICTURE] };
}

export function pictureNoise(seed: number, length: number): Float32Array {
  return normalNoise(pictureStream(seed), length);
}
