// What a step of an optimizer draws: prompts, noise, and the sampling steps whose gradients are taken.

import type { Ref } from "../common/program/program.ts";
import { elementCount } from "../common/tensor.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { drawGradientSteps, drawNoise, drawPrompts } from "./draws.ts";
import type { MicroBatch, OpenedUpdate } from "./update-gradient.ts";

/** The text of each image of a step, by the call of the prompts. */
export function drawTexts({ run, update }: OpenedUpdate, step: number): MicroBatch["texts"] {
  const { seed, batch } = update.settings;
  const prompts = new Set([update.objective, ...update.heldOut].flatMap((root) => run.opened.promptsOf(root)));
  return new Map([...prompts].map(({ ref, texts }) => [ref, drawPrompts(seed, texts, batch, step)]));
}

/**
 * @param first of the step's images, the first of this micro-batch
 * @param texts of the whole step: long lists of prompts take their time to be drawn from
 */
export function drawBatch(
  opened: OpenedUpdate,
  step: number,
  first: number,
  parameters: ParameterValues,
  texts = drawTexts(opened, step),
): MicroBatch {
  const { update, lowered, batch } = opened;
  const { seed, batch: images } = update.settings;
  const noise = new Map<Ref, Float32Array>();
  const indices = new Map<Ref, readonly number[]>();
  for (const { ref, model, scheduler, gradient } of lowered.samplers) {
    noise.set(ref, drawNoise(seed, step, first, batch, elementCount(model.latent)));
    indices.set(ref, drawGradientSteps(seed, scheduler.timesteps.length, gradient, step));
  }
  return {
    // Every step takes up the images to begin with where the one before has ended.
    images: Array.from({ length: batch }, (_, i) => step * images + first + i),
    texts: new Map([...texts].map(([ref, ofStep]) => [ref, ofStep.slice(first, first + batch)])),
    noise,
    indices,
    parameters,
  };
}
