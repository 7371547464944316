// Attention over the frames of a video, at each place by itself. Texts are not read.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { groupNorm, linear } from "../layers.ts";
import type { Scope } from "../scope.ts";
import { transformerBlock } from "../unet/transformer-block.ts";
import { alongFrames } from "./frames.ts";

export interface TemporalOptions {
  readonly frames: number;
  readonly heads: number;
  /** Channels of the attention; absent: those of `x`. */
  readonly inner?: number;
  readonly groups: number;
  /** Whether a norm takes all frames of a video together, or each frame alone. */
  readonly norm: "together" | "each";
  /** [1, frames, channels] */
  readonly positions?: Value;
}

const GROUP_NORM_EPSILON = 1e-6;

/** x [batch · frames, channels, height, width] */
export function transformerTemporal(scope: Scope, x: Value, options: TemporalOptions): Value {
  const { b } = scope;
  const { frames, heads, groups, norm, positions, inner = at(x.shape, 1) } = options;
  const [count, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  const [batch, places] = [count / frames, height * width];
  const affine = { groups, epsilon: GROUP_NORM_EPSILON };
  const normed =
    norm === "together"
      ? groupNorm(scope.at("norm"), alongFrames(b, x, frames), affine)
      : alongFrames(b, groupNorm(scope.at("norm"), x, affine), frames);
  const tokens = b.reshape(b.transpose(normed, [0, 3, 2, 1]), [batch * places, frames, channels]);
  const hidden = transformerBlock(scope.at("transformer_blocks.0"), linear(scope.at("proj_in"), tokens, inner), {
    heads,
    context: null,
    ...(positions === undefined ? {} : { positions }),
  });
  const out = b.reshape(linear(scope.at("proj_out"), hidden, channels), [batch, places, frames, channels]);
  return b.add(x, b.reshape(b.transpose(out, [0, 2, 3, 1]), x.shape));
}
