// The noise that an image or a video is drawn with: by its seed alone, wherever and with whatever else it is drawn.

import { normalNoise, type RandomStream } from "../diffusion/noise.ts";
import type { OpenedSampler } from "../program/values.ts";
import { latentNoise } from "./latent-noise.ts";

/** The first number of the path of a random stream: what the noise is for. Those of learning are in learning/draws.ts. */
const START = 4;
const STEP = 5;
/** The third: the part of the noise that all frames share, and not a frame's own. */
const SHARED = 1;

function startStream(seed: number): RandomStream {
  return { seed, path: [START] };
}

/** Standard normal. */
export function imageNoise(seed: number, length: number): Float32Array {
  return normalNoise(startStream(seed), length);
}

type Drawn = Pick<OpenedSampler, "model" | "sharedNoise">;

/** What a sampler starts from, in the model's latent shape. */
export function startNoise({ model, sharedNoise }: Drawn, seed: number): Float32Array {
  const streams = { own: startStream(seed), shared: { seed, path: [START, 0, SHARED] } } as const;
  return latentNoise(streams, model.latent, sharedNoise);
}

/** What a sampler adds at a step, where it adds noise. */
export function stepNoise({ model, sharedNoise }: Drawn, seed: number, index: number): Float32Array {
  const streams = { own: { seed, path: [STEP, index] }, shared: { seed, path: [STEP, index, SHARED] } } as const;
  return latentNoise(streams, model.latent, sharedNoise);
}
