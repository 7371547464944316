// Noise of latents, the frames of a video among them, which may have a part of it in common.

import { elementCount } from "../common/tensor.ts";
import { normalNoise, type RandomStream } from "../diffusion/noise.ts";

/** The third number of a stream's path: the noise that all frames share, and not a frame's own. */
const SHARED = 1;

/**
 * Standard normal noise of the shape: √s·shared + √(1−s)·own, s the share of the variance that all frames have in common. Each
 * element has variance 1, and those of two frames at one place correlate by s (mixed noise: Ge et al. 2023, PYoCo, arXiv 2305.10474).
 * @param shape [batch, channels, frames, height, width]; of pictures [batch, channels, height, width], which share nothing
 */
export function latentNoise(
  { seed, path: [purpose, index = 0] }: RandomStream,
  shape: readonly number[],
  share: number,
): Float32Array {
  const own = normalNoise({ seed, path: [purpose, index] }, elementCount(shape));
  const [batch = 1, channels = 1, frames = 1, ...plane] = shape;
  if (share === 0 || plane.length < 2) return own;
  const pixels = elementCount(plane);
  const shared = normalNoise({ seed, path: [purpose, index, SHARED] }, batch * channels * pixels);
  return own.map((value, i) => {
    const channel = Math.floor(i / (frames * pixels));
    return Math.sqrt(1 - share) * value + Math.sqrt(share) * (shared[channel * pixels + (i % pixels)] ?? NaN);
  });
}
