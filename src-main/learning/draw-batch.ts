// What a step of an optimizer draws: prompts, noise, and the sampling steps whose gradients are taken.

import type { Ref } from "../common/program/program.ts";
import { elementCount } from "../common/tensor.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { drawGradientSteps, drawNoise, drawPrompts } from "./draws.ts";
import type { MicroBatch, OpenedUpdate } from "./update-gradient.ts";

/** @param first of the step's images, the first of this micro-batch */
export function drawBatch(opened: OpenedUpdate, step: number, first: number, parameters: ParameterValues): MicroBatch {
  const { run, update, lowered, batch } = opened;
  const { seed, batch: images } = update.settings;
  const prompts = new Set([update.objective, ...update.heldOut].flatMap((root) => run.opened.promptsOf(root)));
  const texts = new Map<Ref, readonly string[]>();
  for (const { ref, texts: list } of prompts) {
    texts.set(ref, drawPrompts(seed, list, images, step).slice(first, first + batch));
  }
  const noise = new Map<Ref, Float32Array>();
  const indices = new Map<Ref, readonly number[]>();
  for (const { ref, model, scheduler, gradient } of lowered.samplers) {
    noise.set(ref, drawNoise(seed, step, first, batch, elementCount(model.latent)));
    indices.set(ref, drawGradientSteps(seed, scheduler.timesteps.length, gradient, step));
  }
  // Every step takes up the images to begin with where the one before has ended.
  const numbers = Array.from({ length: batch }, (_, i) => step * images + first + i);
  return { images: numbers, texts, noise, indices, parameters };
}
