// The noise that an image starts from: by its seed alone, wherever and with whatever else it is drawn.

import { normalNoise, type RandomStream } from "../diffusion/noise.ts";

/** The first number of the path of a random stream; those of learning are in learning/draws.ts, and that of a step's noise in draw-frames.ts. */
const IMAGE = 4;

export function imageStream(seed: number): RandomStream {
  return { seed, path: [IMAGE] };
}

/** Standard normal. */
export function imageNoise(seed: number, length: number): Float32Array {
  return normalNoise(imageStream(seed), length);
}
