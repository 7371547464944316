// Twice attention, and a gated feed-forward layer, each around a residual: over the places of a picture, or over frames.

import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { activations, layerNorm, linear, multiHeadAttention } from "../layers.ts";
import { repeatRows } from "../repeat-rows.ts";
import type { Scope } from "../scope.ts";

export interface TransformerBlockOptions {
  readonly heads: number;
  /** What the second attention reads, [batch or 1 or several batches, tokens, width]; `null`: what the first reads, the tokens themselves. */
  readonly context: Value | null;
  /** [1, tokens, channels], added before each attention. */
  readonly positions?: Value;
}

const LAYER_NORM_EPSILON = 1e-5;

/** x [batch, tokens, channels] → the same, of as many batches as the context has */
export function transformerBlock(scope: Scope, x: Value, options: TransformerBlockOptions): Value {
  const { b } = scope;
  const { heads, context, positions } = options;
  const norm = (name: string, value: Value): Value => layerNorm(scope.at(name), value, LAYER_NORM_EPSILON);
  const placed = (value: Value): Value => (positions === undefined ? value : b.add(value, positions));
  const first = placed(norm("norm1", x));
  const afterFirst = b.add(x, attention(scope.at("attn1"), first, first, heads));
  const second = placed(norm("norm2", afterFirst));
  const read = attention(scope.at("attn2"), second, context ?? second, heads);
  const afterSecond = b.add(repeatRows(b, afterFirst, at(read.shape, 0)), read);
  return b.add(afterSecond, feedForward(scope.at("ff"), norm("norm3", afterSecond)));
}

function attention(scope: Scope, x: Value, context: Value, heads: number): Value {
  const width = at(x.shape, 2);
  const project = (name: string, from: Value): Value => linear(scope.at(name), from, width, { bias: false });
  const [queried, key, value] = [project("to_q", x), project("to_k", context), project("to_v", context)];
  const query = repeatRows(scope.b, queried, at(key.shape, 0));
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
