// Four convolutions over the frames of a video, at each place by itself, around a residual.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { groupNorm, silu } from "../layers.ts";
import type { Scope } from "../scope.ts";
import { alongFrames } from "./frames.ts";

// PyTorch's default, whatever the config says of the other norms.
const EPSILON = 1e-5;
/** Names of norm and convolution: all but the first have a dropout between them, which counts. */
const LAYERS = [
  ["conv1.0", "conv1.2"],
  ["conv2.0", "conv2.3"],
  ["conv3.0", "conv3.3"],
  ["conv4.0", "conv4.3"],
] as const;

/** x [batch · frames, channels, height, width] */
export function temporalConvolution(scope: Scope, x: Value, frames: number, groups: number): Value {
  const { b } = scope;
  const [channels, height, width] = [at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  const video = alongFrames(b, x, frames);
  let hidden = video;
  for (const [norm, convolution] of LAYERS) {
    const normed = silu(scope, groupNorm(scope.at(norm), hidden, { groups, epsilon: EPSILON }));
    hidden = overThreeFrames(scope.at(convolution), normed, channels);
  }
  const mixed = b.transpose(b.add(video, hidden), [0, 2, 1, 3]);
  return b.reshape(mixed, [at(x.shape, 0), channels, height, width]);
}

/** x [batch, channels, frames, places]: a flat convolution that is three frames high and one place wide. */
function overThreeFrames(scope: Scope, x: Value, channels: number): Value {
  const weight = scope.weight("weight", [channels, channels, 3, 1]);
  return scope.b.op("Conv", [x, weight, scope.weight("bias", [channels])], {
    strides: [1, 1],
    pads: [1, 0, 1, 0],
    dilations: [1, 1],
    group: 1,
  });
}
