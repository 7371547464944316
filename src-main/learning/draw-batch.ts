// What a step of an optimizer draws: prompts, examples, noise, and the sampling steps whose gradients are taken.

import type { Ref } from "../common/program/program.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { drawGradientSteps, drawInTurn, drawNoise, drawTexts } from "./draws.ts";
import type { MicroBatch, OpenedUpdate } from "./update-gradient.ts";

/** What is drawn of lists, for each image of a step. */
export type DrawnRows = Pick<MicroBatch, "texts" | "examples">;

/** Of an example, its prompt is the text of the call that it is drawn from. */
export function drawRows({ run, update }: OpenedUpdate, step: number): DrawnRows {
  const { seed, batch } = update.settings;
  const roots = [update.objective, ...update.heldOut];
  const texts = new Map<Ref, readonly string[]>();
  const examples = new Map<Ref, readonly number[]>();
  for (const prompts of new Set(roots.flatMap((root) => run.opened.promptsOf(root))))
    texts.set(prompts.ref, drawTexts(seed, prompts, batch, step));
  for (const { ref, places, textOf } of new Set(roots.flatMap((root) => run.opened.examplesOf(root)))) {
    const drawn = drawInTurn(seed, places, batch, step);
    examples.set(ref, drawn);
    texts.set(ref, drawn.map(textOf));
  }
  return { texts, examples };
}

/**
 * @param first of the step's images, the first of this micro-batch
 * @param rows of the whole step: long lists take their time to be drawn from
 */
export function drawBatch(
  opened: OpenedUpdate,
  step: number,
  first: number,
  parameters: ParameterValues,
  rows = drawRows(opened, step),
): MicroBatch {
  const { update, lowered, batch } = opened;
  const { seed, batch: images } = update.settings;
  const noise = new Map<Ref, Float32Array>();
  const indices = new Map<Ref, readonly number[]>();
  for (const sampler of lowered.samplers) {
    const { ref, scheduler, gradient } = sampler;
    noise.set(ref, drawNoise(sampler, { seed, step, first, count: batch }));
    indices.set(ref, drawGradientSteps(seed, scheduler.timesteps.length, gradient, step));
  }
  const part = <Item>(all: ReadonlyMap<Ref, readonly Item[]>): Map<Ref, readonly Item[]> =>
    new Map([...all].map(([ref, ofStep]) => [ref, ofStep.slice(first, first + batch)]));
  return {
    // Every step takes up the images to begin with where the one before has ended.
    images: Array.from({ length: batch }, (_, i) => step * images + first + i),
    texts: part(rows.texts),
    examples: part(rows.examples),
    noise,
    indices,
    parameters,
  };
}
