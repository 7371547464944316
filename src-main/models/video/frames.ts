// Frames of a video as pictures in a row, and back: networks of pictures know no time, and take frames as a batch.

import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";

/** [batch, channels, frames, height, width] → [batch · frames, channels, height, width] */
export function framesToPictures(b: GraphBuilder, video: Value): Value {
  const [batch, channels, frames, ...size] = video.shape;
  return b.reshape(b.transpose(video, [0, 2, 1, 3, 4]), [(batch ?? 1) * (frames ?? 1), channels ?? 1, ...size]);
}

/** The way back. */
export function picturesToFrames(b: GraphBuilder, pictures: Value, frames: number): Value {
  const [count, channels, ...size] = pictures.shape;
  return b.transpose(b.reshape(pictures, [(count ?? 1) / frames, frames, channels ?? 1, ...size]), [0, 2, 1, 3, 4]);
}

/** What is the same for all frames of a video: [batch, …] → [batch · frames, …]; of batch 1 it serves as it is. */
export function forEachFrame(b: GraphBuilder, x: Value, frames: number): Value {
  const [batch, ...rest] = x.shape;
  if (batch === undefined || batch === 1) return x;
  const repeated = b.expand(b.reshape(x, [batch, 1, ...rest]), [batch, frames, ...rest]);
  return b.reshape(repeated, [batch * frames, ...rest]);
}

/** [batch · frames, channels, height, width] → [batch, channels, frames, height · width] */
export function alongFrames(b: GraphBuilder, pictures: Value, frames: number): Value {
  const [count, channels, height, width] = [0, 1, 2, 3].map((axis) => at(pictures.shape, axis));
  const places = (height ?? 1) * (width ?? 1);
  return b.transpose(b.reshape(pictures, [(count ?? 1) / frames, frames, channels ?? 1, places]), [0, 2, 1, 3]);
}
