// Self-attention over the picture, cross-attention to the text, and a gated feed-forward layer, around a residual.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { activations, conv2d, groupNorm, layerNorm, linear, multiHeadAttention } from "../layers.ts";
import type { Scope } from "../scope.ts";

export interface TransformerOptions {
  readonly heads: number;
  readonly groups: number;
  /** proj_in and proj_out as linear layers (SD2.x) or as 1×1 convolutions (SD1.x). */
  readonly linearProjection: boolean;
  /** [batch or 1, tokens, width]: what the text encoder made. */
  readonly context: Value;
}

// Unlike the residual blocks, whose epsilon is 1e-5.
const GROUP_NORM_EPSILON = 1e-6;
const LAYER_NORM_EPSILON = 1e-5;

/** x [batch, channels, height, width] */
export function transformer2d(scope: Scope, x: Value, options: TransformerOptions): Value {
  const { b } = scope;
  const { groups, linearProjection } = options;
  const [batch, channels, height, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  // [batch, channels, height, width] ⇄ [batch, height·width, channels]
  const toTokens = (map: Value): Value => b.transpose(b.reshape(map, [batch, channels, height * width]), [0, 2, 1]);
  const toMap = (tokens: Value): Value => b.reshape(b.transpose(tokens, [0, 2, 1]), x.shape);
  const normed = groupNorm(scope.at("norm"), x, { groups, epsilon: GROUP_NORM_EPSILON });
  const projIn = scope.at("proj_in");
  const tokens = linearProjection
    ? linear(projIn, toTokens(normed), channels)
    : toTokens(conv2d(projIn, normed, channels, { kernel: 1 }));
  const attended = basicTransformer(scope.at("transformer_blocks.0"), tokens, options);
  const projOut = scope.at("proj_out");
  const out = linearProjection
    ? toMap(linear(projOut, attended, channels))
    : conv2d(projOut, toMap(attended), channels, { kernel: 1 });
  return b.add(x, out);
}

/** x [batch, tokens, channels] */
function basicTransformer(scope: Scope, x: Value, { heads, context }: TransformerOptions): Value {
  const { b } = scope;
  const norm = (name: string, value: Value): Value => layerNorm(scope.at(name), value, LAYER_NORM_EPSILON);
  const self = norm("norm1", x);
  const afterSelf = b.add(x, attention(scope.at("attn1"), self, self, heads));
  const afterCross = b.add(afterSelf, attention(scope.at("attn2"), norm("norm2", afterSelf), context, heads));
  return b.add(afterCross, feedForward(scope.at("ff"), norm("norm3", afterCross)));
}

function attention(scope: Scope, x: Value, context: Value, heads: number): Value {
  const width = at(x.shape, 2);
  const project = (name: string, from: Value): Value => linear(scope.at(name), from, width, { bias: false });
  const [query, key, value] = [project("to_q", x), project("to_k", context), project("to_v", context)];
  return linear(scope.at("to_out.0"), multiHeadAttention(scope, { query, key, value }, heads), width);
}

/** GEGLU (Shazeer 2020, arXiv:2002.05202): the first half of the projection times the GELU of the second. */
function feedForward(scope: Scope, x: Value): Value {
  const { b } = scope;
  const width = at(x.shape, 2);
  const inner = 4 * width;
  const projected = linear(scope.at("net.0.proj"), x, 2 * inner);
  const gate = activations.gelu(scope, b.slice(projected, 2, inner, 2 * inner));
  return linear(scope.at("net.2"), b.mul(b.slice(projected, 2, 0, inner), gate), width);
}
