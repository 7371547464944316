// What an optimizer finds in a step: its micro-batches in their order, joined as if they were one. Where they are computed is another matter.

import { addScaled } from "../common/add-scaled.ts";
import { joinArrays } from "../common/join-arrays.ts";
import type { ParameterValues } from "../sampling/moment.ts";
import { drawBatch, drawRows } from "./draw-batch.ts";
import { type GradientOutcome, type MicroBatch, type OpenedUpdate, updateGradient } from "./update-gradient.ts";

/** By `targetName`: d mean objective / d parameter. */
export type MeanGradient = ReadonlyMap<string, Float32Array>;

export interface BatchOutcome {
  /** Of each image, the mean over the sampling steps whose gradients are taken. */
  readonly objective: Float32Array;
  /** By `toldName`, an image after the other. */
  readonly told: ReadonlyMap<string, Float32Array>;
  readonly gradient: MeanGradient;
}

/** Of a step, the first image of each micro-batch. */
export function firstImages({ batch, update }: OpenedUpdate): number[] {
  const { batch: images } = update.settings;
  return Array.from({ length: Math.ceil(images / batch) }, (_, i) => i * batch);
}

/** All micro-batches of a step in this process, one after the other. @param add hears of each, in order, with what was drawn for it */
export async function computeHere(
  opened: OpenedUpdate,
  step: number,
  parameters: ParameterValues,
  add: (outcome: GradientOutcome, drawn: MicroBatch) => void,
): Promise<void> {
  const rows = drawRows(opened, step);
  for (const first of firstImages(opened)) {
    const batch = drawBatch(opened, step, first, parameters, rows);
    add(await updateGradient(opened, batch), batch);
  }
}

export interface BatchSum {
  /** Takes micro-batches in their order: sums of floating-point numbers depend on it. */
  readonly add: (outcome: GradientOutcome) => void;
  readonly outcome: () => BatchOutcome;
}

export function sumBatch({ update }: Pick<OpenedUpdate, "update">): BatchSum {
  const { batch: images } = update.settings;
  const objective: Float32Array[] = [];
  const told = new Map<string, Float32Array[]>();
  const sums = new Map<string, Float32Array>();
  return {
    add(outcome) {
      objective.push(outcome.objective);
      for (const [name, values] of outcome.told) told.set(name, [...(told.get(name) ?? []), values]);
      for (const [name, values] of outcome.gradient) addScaled(sums, name, values);
    },
    outcome: () => ({
      objective: joinArrays(objective),
      told: new Map([...told].map(([name, parts]) => [name, joinArrays(parts)])),
      gradient: new Map([...sums].map(([name, sum]) => [name, sum.map((n) => n / images)])),
    }),
  };
}
