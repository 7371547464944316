// The whole way of samplers from noise, one after the other, for a batch of prompts and seeds: from the beginning, or from where it was left.

import { joinArrays } from "../common/join-arrays.ts";
import type { Ref } from "../common/program/program.ts";
import type { OpenedSampler } from "../program/values.ts";
import { startNoise, stepNoise } from "./image-noise.ts";
import type { ParameterValues } from "./moment.ts";
import { type AtStep, rollOut, type SamplerRun, type SamplingStep } from "./roll-out.ts";

export interface ImageRequest {
  readonly prompt: string;
  /** Equal seeds start from equal noise, whatever else differs. */
  readonly seed: number;
  /** The prompt's place in its list: other lists that an image is drawn from give it their text of this place. Absent: the first. */
  readonly place?: number;
}

/** What samplers have drawn so far. */
export interface DrawnLatents {
  /** Finished latents [batch, channels, …], by the sampler. */
  readonly finished: ReadonlyMap<Ref, Float32Array>;
  /** Where the one in work stands. */
  readonly current?: { readonly sampler: Ref; readonly at: AtStep } | undefined;
}

export interface DrawLatentsOptions {
  /** The text of each request, by the call of the prompts. */
  readonly texts: ReadonlyMap<Ref, readonly string[]>;
  readonly parameters: ParameterValues;
  /** Absent: nothing is drawn yet. */
  readonly from?: DrawnLatents | undefined;
  /** Called at each sampling step, with how many steps of all samplers are done with this one. */
  readonly onStep?: (sampler: OpenedSampler, step: SamplingStep, done: number, total: number) => void | Promise<void>;
  /** Called after it. */
  readonly onStepTaken?: (now: DrawnLatents, done: number, total: number) => void | Promise<void>;
}

/** @param samplers each after those that it depends on. @returns finished latents, by the sampler */
export async function drawLatents(
  samplers: readonly SamplerRun[],
  requests: readonly ImageRequest[],
  { texts, parameters, from, onStep, onStepTaken }: DrawLatentsOptions,
): Promise<ReadonlyMap<Ref, Float32Array>> {
  const finished = new Map(from?.finished);
  const total = stepsOf(samplers);
  let done = from === undefined ? 0 : stepsDone(samplers, from);
  for (const samplerRun of samplers) {
    const { sampler } = samplerRun;
    if (finished.has(sampler.ref)) continue;
    const noise = joinArrays(requests.map(({ seed }) => startNoise(sampler, seed)));
    const { sample } = await rollOut(
      samplerRun,
      noise,
      { texts, images: imagesOf(requests), parameters, given: finished },
      {
        from: from?.current?.sampler === sampler.ref ? from.current.at : undefined,
        stepNoise: (index) => joinArrays(requests.map(({ seed }) => stepNoise(sampler, seed, index))),
        async onStep(step) {
          done += 1;
          await onStep?.(sampler, step, done, total);
        },
        onStepTaken: (at) =>
          onStepTaken?.({ finished: new Map(finished), current: { sampler: sampler.ref, at } }, done, total),
      },
    );
    finished.set(sampler.ref, sample);
  }
  return finished;
}

/** Which image of a folder each begins with. */
export function imagesOf(requests: readonly ImageRequest[]): readonly number[] {
  return requests.map(({ place = 0 }) => place);
}

/** Of all samplers together. */
export function stepsOf(samplers: readonly SamplerRun[]): number {
  return samplers.reduce((sum, { sampler }) => sum + stepsOfSampler(sampler), 0);
}

export function stepsDone(samplers: readonly SamplerRun[], { finished, current }: DrawnLatents): number {
  const whole = stepsOf(samplers.filter(({ sampler }) => finished.has(sampler.ref)));
  const begun = samplers.find(({ sampler }) => sampler.ref === current?.sampler && !finished.has(sampler.ref));
  return (
    whole + (begun === undefined || current === undefined ? 0 : current.at.step - (begun.sampler.start?.from ?? 0))
  );
}

function stepsOfSampler({ scheduler, start }: OpenedSampler): number {
  return scheduler.timesteps.length - (start?.from ?? 0);
}
