// The frames of videos, which rewards score as images: rows behind one another, [batch · frames, …].

import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import type { Tensors } from "../values.ts";

/** What is known of the prompt of each video [batch, …], for each of its frames. */
export function eachFrame(b: GraphBuilder, features: Tensors, frames: number): Tensors {
  if (frames === 1) return features;
  return Object.fromEntries(Object.entries(features).map(([name, value]) => [name, repeatRows(b, value, frames)]));
}

function repeatRows(b: GraphBuilder, value: Value, times: number): Value {
  const [batch = 0, ...rest] = value.shape;
  return b.reshape(b.expand(b.reshape(value, [batch, 1, ...rest]), [batch, times, ...rest]), [batch * times, ...rest]);
}

/** [batch · frames] → [batch] */
export function meanOfFrames(b: GraphBuilder, scores: Value, frames: number): Value {
  if (frames === 1) return scores;
  const [rows = 0] = scores.shape;
  return b.mean(b.reshape(scores, [rows / frames, frames]), [1], 0);
}
