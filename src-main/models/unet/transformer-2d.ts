// Self-attention over the picture, cross-attention to the text, and a gated feed-forward layer, around a residual.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { conv2d, groupNorm, linear } from "../layers.ts";
import { repeatRows } from "../repeat-rows.ts";
import type { Scope } from "../scope.ts";
import { transformerBlock } from "./transformer-block.ts";

export interface TransformerOptions {
  readonly heads: number;
  readonly groups: number;
  /** proj_in and proj_out as linear layers (SD2.x) or as 1×1 convolutions (SD1.x). */
  readonly linearProjection: boolean;
  /** [batch or 1 or several batches, tokens, width]: what the text encoder made. */
  readonly context: Value;
}

// Unlike the residual blocks, whose epsilon is 1e-5.
const GROUP_NORM_EPSILON = 1e-6;

/** x [batch, channels, height, width] → the same, of as many batches as the context has */
export function transformer2d(scope: Scope, x: Value, options: TransformerOptions): Value {
  const { b } = scope;
  const { groups, linearProjection } = options;
  const [batch, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  // [rows, channels, height, width] ⇄ [rows, height·width, channels]
  const toTokens = (map: Value): Value => b.transpose(b.reshape(map, [batch, channels, height * width]), [0, 2, 1]);
  const toMap = (tokens: Value): Value =>
    b.reshape(b.transpose(tokens, [0, 2, 1]), x.shape.with(0, at(tokens.shape, 0)));
  const normed = groupNorm(scope.at("norm"), x, { groups, epsilon: GROUP_NORM_EPSILON });
  const projIn = scope.at("proj_in");
  const tokens = linearProjection
    ? linear(projIn, toTokens(normed), channels)
    : toTokens(conv2d(projIn, normed, channels, { kernel: 1 }));
  const attended = transformerBlock(scope.at("transformer_blocks.0"), tokens, options);
  const projOut = scope.at("proj_out");
  const out = linearProjection
    ? toMap(linear(projOut, attended, channels))
    : conv2d(projOut, toMap(attended), channels, { kernel: 1 });
  return b.add(repeatRows(b, x, at(out.shape, 0)), out);
}
