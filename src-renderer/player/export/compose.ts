// One picture of several tracks side by side, as the program also lays them.

import type { Frames, Size } from "../video.ts";

/** Pixels of white between two tracks. */
const GAP = 4;

/** Of all tracks together. */
export function composedSize(tracks: number, { width, height }: Size, scale: number): Size {
  return { width: (tracks * (width + GAP) - GAP) * scale, height: height * scale };
}

/** @param canvas of the composed size or larger; what is left of it is white */
export function compose(canvas: OffscreenCanvas, tracks: readonly Frames[], frame: number, scale: number): void {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("a canvas has no context to draw with");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  for (const [i, frames] of tracks.entries()) {
    const bitmap = frames[frame];
    if (bitmap === undefined) throw new Error("a track has fewer frames than another");
    const { width, height } = bitmap;
    context.drawImage(bitmap, i * (width + GAP) * scale, 0, width * scale, height * scale);
  }
}

/** Video that is looked at: what is drawn small is enlarged, by whole pixels. */
export function usualScale({ height }: Size): number {
  const GOOD_HEIGHT = 256;
  return Math.max(1, Math.min(8, 2 ** Math.round(Math.log2(GOOD_HEIGHT / height))));
}
