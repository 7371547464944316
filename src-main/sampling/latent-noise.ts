// Noise of latents, the frames of a video among them, which may have a part of it in common.

import { elementCount, type Shape } from "../common/tensor.ts";
import { normalNoise, type RandomStream } from "../diffusion/noise.ts";

export interface NoiseStreams {
  readonly own: RandomStream;
  /** Of the part that all frames have in common. */
  readonly shared: RandomStream;
}

/**
 * Standard normal noise of the shape: √s·shared + √(1−s)·own, s the share of the variance that all frames have in common. Each
 * element has variance 1, and those of two frames at one place correlate by s (mixed noise: Ge et al. 2023, PYoCo, arXiv 2305.10474).
 * @param shape of one latent: [channels, frames, height, width]; of an image [channels, height, width], which shares nothing
 */
export function latentNoise(streams: NoiseStreams, shape: Shape, share: number): Float32Array {
  const own = normalNoise(streams.own, elementCount(shape));
  const [channels = 1, frames = 1, ...plane] = shape;
  if (share === 0 || plane.length < 2) return own;
  const pixels = elementCount(plane);
  const shared = normalNoise(streams.shared, channels * pixels);
  return own.map((value, i) => {
    const channel = Math.floor(i / (frames * pixels));
    return Math.sqrt(1 - share) * value + Math.sqrt(share) * (shared[channel * pixels + (i % pixels)] ?? NaN);
  });
}
