// What an optimizer finds in a step: its micro-batches one after the other, joined as if they were one.

import { joinArrays } from "../common/join-arrays.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { addScaled } from "./add-scaled.ts";
import { drawBatch, drawTexts } from "./draw-batch.ts";
import { type MicroBatch, type OpenedUpdate, updateGradient } from "./update-gradient.ts";

/** By `targetName`: d mean objective / d parameter. */
export type MeanGradient = ReadonlyMap<string, Float32Array>;

export interface BatchOutcome {
  /** What was drawn, in order. */
  readonly drawn: readonly MicroBatch[];
  /** Of each image, the mean over the sampling steps whose gradients are taken. */
  readonly objective: Float32Array;
  /** By `toldName`, an image after the other. */
  readonly told: ReadonlyMap<string, Float32Array>;
  readonly gradient: MeanGradient;
}

export async function batchOutcome(
  opened: OpenedUpdate,
  step: number,
  parameters: ParameterValues,
): Promise<BatchOutcome> {
  const { batch: images } = opened.update.settings;
  const drawn: MicroBatch[] = [];
  const objective: Float32Array[] = [];
  const told = new Map<string, Float32Array[]>();
  const sums = new Map<string, Float32Array>();
  const texts = drawTexts(opened, step);
  for (let first = 0; first < images; first += opened.batch) {
    const batch = drawBatch(opened, step, first, parameters, texts);
    const outcome = await updateGradient(opened, batch);
    drawn.push(batch);
    objective.push(outcome.objective);
    for (const [name, values] of outcome.told) told.set(name, [...(told.get(name) ?? []), values]);
    for (const [name, values] of outcome.gradient) {
      addScaled(sums, name, values);
    }
  }
  return {
    drawn,
    objective: joinArrays(objective),
    told: new Map([...told].map(([name, parts]) => [name, joinArrays(parts)])),
    gradient: new Map([...sums].map(([name, sum]) => [name, sum.map((n) => n / images)])),
  };
}
