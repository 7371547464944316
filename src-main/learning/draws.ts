// What chance decides in a run: prompts, noise and the step of the gradient. Each draw depends on the seed and on what
// it is for, never on the batches it is made in, so that a resumed run draws the same.

import { joinArrays } from "../common/join-arrays.ts";
import { shuffle } from "../diffusion/noise.ts";
import type { OpenedPrompts, OpenedSampler, SamplerGradient } from "../program/values.ts";
import { latentNoise } from "../sampling/latent-noise.ts";

// The first number of a random stream's path: what it is for. Images of a given seed have another one: sampling/image-noise.ts.
const NOISE = 1;
const ORDER = 2;
const GRADIENT_STEP = 3;
/** What the frames of a video have in common; 4 and 5 are of images of a given seed. */
const SHARED_NOISE = 6;
/** Of prompts; 8 is of those that are drawn by their place in a list. */
const WORDS = 7;

/** The prompts or examples of a step of learning: the list in random order, again and again, each time in another order. */
export function drawInTurn<Item>(seed: number, items: readonly Item[], batch: number, step: number): Item[] {
  const orders = new Map<number, readonly Item[]>();
  return Array.from({ length: batch }, (_, i) => {
    const count = step * batch + i;
    const round = Math.floor(count / items.length);
    const order = orders.get(round) ?? shuffle({ seed, path: [ORDER, round] }, items);
    orders.set(round, order);
    const drawn = order[count % items.length];
    if (drawn === undefined) throw new Error("nothing can be drawn from an empty list");
    return drawn;
  });
}

/** The prompts of a step of learning: lines in turn, each in words that are drawn for this image of this step. */
export function drawTexts(seed: number, { texts, wordings }: OpenedPrompts, batch: number, step: number): string[] {
  if (wordings === undefined) return drawInTurn(seed, texts, batch, step);
  return drawInTurn(seed, [...texts.keys()], batch, step).map((place, image) =>
    wordings.draw(place, { seed, path: [WORDS, step, image] }),
  );
}

/** Standard normal noise of the images or videos `first` to `first + count` of a step of learning, one after another. */
export function drawNoise(
  { model, sharedNoise }: Pick<OpenedSampler, "model" | "sharedNoise">,
  { seed, step, first, count }: { seed: number; step: number; first: number; count: number },
): Float32Array {
  const drawn = Array.from({ length: count }, (_, i) => {
    const own = { seed, path: [NOISE, step, first + i] } as const;
    const shared = { seed, path: [SHARED_NOISE, step, first + i] } as const;
    return latentNoise({ own, shared }, model.latent, sharedNoise);
  });
  return joinArrays(drawn);
}

/** The sampling steps whose gradients are taken, ascending: 0 is the noisiest. @param steps of the sampler */
export function drawGradientSteps(seed: number, steps: number, gradient: SamplerGradient, step: number): number[] {
  if (gradient.kind === "unrolled") return Array.from({ length: gradient.steps }, (_, i) => steps - gradient.steps + i);
  const last = Array.from({ length: gradient.last }, (_, i) => steps - gradient.last + i);
  return shuffle({ seed, path: [GRADIENT_STEP, step] }, last)
    .slice(0, gradient.count)
    .toSorted((a, b) => a - b);
}
