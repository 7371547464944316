// The frames of a video below one another in one picture, as they are shown and kept while something is learned; an image is its own strip.

import type { Picture } from "./picture.ts";

/** @param frames of one size */
export function frameStrip(frames: readonly Picture[]): Picture {
  const [first, ...others] = frames;
  if (first === undefined) throw new Error("a strip of no frames");
  if (others.length === 0) return first;
  const data = new Uint8Array(frames.length * first.data.length);
  for (const [i, frame] of frames.entries()) data.set(frame.data, i * first.data.length);
  return { width: first.width, height: frames.length * first.height, data };
}

export function framesOfStrip({ width, height, data }: Picture, frames: number): Picture[] {
  const length = data.length / frames;
  return Array.from({ length: frames }, (_, i) => ({
    width,
    height: height / frames,
    data: data.subarray(i * length, (i + 1) * length),
  }));
}

/** Images of frames [batch · frames, 3, height, width] as those of strips, [batch, 3, frames · height, width]. */
export function stripRows(images: Float32Array, batch: number, frames: number): Float32Array {
  if (frames === 1) return images;
  const area = images.length / (batch * frames * 3);
  const out = new Float32Array(images.length);
  for (let row = 0; row < batch * frames; row++) {
    const [video, frame] = [Math.floor(row / frames), row % frames];
    for (let channel = 0; channel < 3; channel++) {
      const plane = images.subarray((3 * row + channel) * area, (3 * row + channel + 1) * area);
      out.set(plane, ((3 * video + channel) * frames + frame) * area);
    }
  }
  return out;
}
