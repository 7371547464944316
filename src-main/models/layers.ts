// The layers that every network here is made of. Weights have PyTorch's names and layouts.

import type { Value } from "../compiler/graph.ts";
import { joinHeads, splitHeads } from "../compiler/ops/multi-head-attention.ts";
import { at } from "../compiler/shapes.ts";
import type { Scope } from "./scope.ts";

/** x [..., in] · weightᵀ [in, out] + bias → [..., out] */
export function linear(scope: Scope, x: Value, out: number, { bias = true } = {}): Value {
  const { b } = scope;
  const width = at(x.shape, x.shape.length - 1);
  // Gemm reads the weight as it lies in the file; MatMul would need a transposed copy.
  const operator = (rows: Value, weight: Value, added: Value | null): Value =>
    b.op("Gemm", [rows, weight, added], { transA: 0, transB: 1 });
  const rows = b.reshape(x, [x.shape.slice(0, -1).reduce((n, size) => n * size, 1), width]);
  const pointwise = (y: Value, weight: Value): Value => operator(y, weight, null);
  const product = scope.layer(rows, { shape: [out, width], bias, operator, pointwise });
  return b.reshape(product, [...x.shape.slice(0, -1), out]);
}

export interface Conv2dOptions {
  readonly kernel: number;
  readonly stride?: number;
  /** One number for all sides, or [top, left, bottom, right]. */
  readonly padding?: number | readonly number[];
  readonly bias?: boolean;
}

/** x [batch, channels, height, width] → [batch, out, …] */
export function conv2d(scope: Scope, x: Value, out: number, options: Conv2dOptions): Value {
  const { kernel, stride = 1, padding = 0, bias = true } = options;
  const pads = typeof padding === "number" ? [padding, padding, padding, padding] : padding;
  const convolve =
    (strides: readonly number[], around: readonly number[]) =>
    (input: Value, weight: Value, added: Value | null = null): Value =>
      scope.b.op("Conv", [input, weight, added], { strides, pads: around, dilations: [1, 1], group: 1 });
  return scope.layer(x, {
    shape: [out, at(x.shape, 1), kernel, kernel],
    bias,
    operator: convolve([stride, stride], pads),
    pointwise: convolve([1, 1], [0, 0, 0, 0]),
  });
}

/** x [batch, channels, …] */
export function groupNorm(scope: Scope, x: Value, { groups, epsilon }: { groups: number; epsilon: number }): Value {
  const channels = [at(x.shape, 1)];
  const affine = [scope.weight("weight", channels), scope.weight("bias", channels)] as const;
  return scope.b.op("GroupNormalization", [x, ...affine], { num_groups: groups, epsilon });
}

/** Over the last axis. */
export function layerNorm(scope: Scope, x: Value, epsilon: number): Value {
  const axis = x.shape.length - 1;
  const width = [at(x.shape, axis)];
  const affine = [scope.weight("weight", width), scope.weight("bias", width)] as const;
  return scope.b.op("LayerNormalization", [x, ...affine], { axis, epsilon });
}

export function silu(scope: Scope, x: Value): Value {
  return scope.b.op("Silu", [x], {});
}

// Of the sigmoid in OpenAI's CLIP.
const QUICK_GELU_SLOPE = 1.702;

/** The activations by the names that config.json files use. */
export const activations = {
  quick_gelu: (scope: Scope, x: Value): Value => scope.b.op("QuickGelu", [x], { alpha: QUICK_GELU_SLOPE }),
  gelu: (scope: Scope, x: Value): Value => scope.b.op("Gelu", [x], { approximate: "none" }),
  gelu_python: (scope: Scope, x: Value): Value => scope.b.op("Gelu", [x], { approximate: "none" }),
  gelu_new: tanhGelu,
  gelu_fast: tanhGelu,
  gelu_accurate: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  gelu_python_tanh: tanhGelu,
  silu,
  swish: silu,
} as const;

/** Of transformers' names several mean the same formula, written in different ways. */
function tanhGelu(scope: Scope, x: Value): Value {
  return scope.b.op("Gelu", [x], { approximate: "tanh" });
}

export type ActivationName = keyof typeof activations;

/** query [batch, m, width] over key and value [batch or 1, n, width] → [batch, m, width] */
export function multiHeadAttention(
  scope: Scope,
  { query, key, value, mask = null }: { query: Value; key: Value; value: Value; mask?: Value | null },
  heads: number,
): Value {
  const { b } = scope;
  const split = (x: Value): Value => splitHeads(b, x, heads);
  const scale = (at(query.shape, 2) / heads) ** -0.5;
  return joinHeads(b, b.op("Attention", [split(query), split(key), split(value), mask], { scale }));
}
