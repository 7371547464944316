// How a picture was made, in the form that other programs for Stable Diffusion read: the text `parameters` of a PNG.

import type { SchedulerName } from "../common/sampling.ts";

export interface ImageParameters {
  readonly prompt: string;
  /** As far as it can be said in words; empty: none. */
  readonly negative: string;
  /** Of the sampler. */
  readonly steps: number;
  readonly scheduler: SchedulerName;
  readonly guidance: number;
  /** As the setting of a sampler. */
  readonly cacheInterval: number;
  readonly seed: number;
  readonly pipeline: string;
}

export function imageParameters(made: ImageParameters): string {
  const { prompt, negative, steps, scheduler, guidance, cacheInterval, seed, pipeline } = made;
  const cache = cacheInterval === 1 ? "" : `, Cache interval: ${cacheInterval}`;
  const settings = `Steps: ${steps}, Sampler: ${scheduler}, CFG scale: ${guidance}${cache}, Seed: ${seed}, Model: ${pipeline}`;
  return [prompt, ...(negative === "" ? [] : [`Negative prompt: ${negative}`]), settings].join("\n");
}

/** What stands for an embedding that words cannot tell. */
export const LEARNED_NEGATIVE = "learned embedding";
