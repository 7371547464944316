// Every operator of the compiler with the types of its inputs and attributes. A line added here does not compile
// until the operator has its row in ops/. Names and attributes are ONNX's (opset 20), but for those of onnxruntime's own,
// and for the macro operators, which stand for a few ONNX operators and are expanded before a graph leaves the compiler.

import type { DataType } from "../common/tensor.ts";
import type { Value } from "./graph.ts";

// Not an interface: an object type is assignable to a record of attribute values.
type None = Record<never, never>;

interface Op<Inputs extends readonly (Value | null)[], Attributes extends object = None> {
  readonly inputs: Inputs;
  readonly attributes: Attributes;
}
type Unary<Attributes extends object = None> = Op<readonly [x: Value], Attributes>;
type Binary<Attributes extends object = None> = Op<readonly [x: Value, y: Value], Attributes>;
type Reduction = Unary<{ readonly axes: readonly number[]; readonly keepdims: 0 | 1 }>;

/** Spatial geometry as ONNX has it: pads are all begins, then all ends. */
export type ConvAttributes = {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  readonly group: number;
};

export interface Ops {
  // Elementwise, with NumPy broadcasting.
  Add: Binary;
  Sub: Binary;
  Mul: Binary;
  Div: Binary;
  Pow: Binary;
  Min: Binary;
  Max: Binary;
  Equal: Binary;
  Greater: Binary;
  Less: Binary;
  Where: Op<readonly [condition: Value, x: Value, y: Value]>;
  Neg: Unary;
  Abs: Unary;
  Reciprocal: Unary;
  Sqrt: Unary;
  Exp: Unary;
  Log: Unary;
  Sin: Unary;
  Cos: Unary;
  Tanh: Unary;
  Sigmoid: Unary;
  Erf: Unary;
  Relu: Unary;
  Floor: Unary;
  Clip: Unary<{ readonly min: number; readonly max: number }>;
  Cast: Unary<{ readonly to: DataType }>;
  Identity: Unary;
  // Movement.
  Reshape: Unary<{ readonly shape: readonly number[] }>;
  Transpose: Unary<{ readonly perm: readonly number[] }>;
  Unsqueeze: Unary<{ readonly axes: readonly number[] }>;
  Squeeze: Unary<{ readonly axes: readonly number[] }>;
  Expand: Unary<{ readonly shape: readonly number[] }>;
  Concat: Op<readonly Value[], { readonly axis: number }>;
  Slice: Unary<{
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    readonly axes: readonly number[];
    readonly steps: readonly number[];
  }>;
  Pad: Unary<{ readonly pads: readonly number[] }>;
  Gather: Op<readonly [data: Value, indices: Value], { readonly axis: number }>;
  GatherND: Op<readonly [data: Value, indices: Value]>;
  ScatterND: Op<readonly [data: Value, indices: Value, updates: Value], { readonly reduction: "add" }>;
  Resize: Unary<{
    readonly roi: readonly number[];
    readonly scales: readonly number[];
    readonly mode: "nearest";
    readonly coordinate_transformation_mode: "asymmetric";
    readonly nearest_mode: "floor";
  }>;
  // Reductions.
  ReduceSum: Reduction;
  ReduceMean: Reduction;
  ReduceMax: Reduction;
  ArgMax: Unary<{ readonly axis: number; readonly keepdims: 0 | 1 }>;
  Softmax: Unary<{ readonly axis: number }>;
  // Linear maps.
  MatMul: Binary;
  Gemm: Op<readonly [a: Value, b: Value, c: Value | null], { readonly transA: 0 | 1; readonly transB: 0 | 1 }>;
  Conv: Op<readonly [x: Value, w: Value, bias: Value | null], ConvAttributes>;
  ConvTranspose: Op<
    readonly [x: Value, w: Value, bias: Value | null],
    ConvAttributes & { readonly output_padding: readonly number[] }
  >;
  // Normalisation and activation.
  LayerNormalization: Op<
    readonly [x: Value, scale: Value, bias: Value],
    { readonly axis: number; readonly epsilon: number }
  >;
  InstanceNormalization: Op<readonly [x: Value, scale: Value, bias: Value], { readonly epsilon: number }>;
  Gelu: Unary<{ readonly approximate: "none" | "tanh" }>;
  // onnxruntime's own, which passes put in where its CPU runs a graph.
  FusedMatMul: Op<readonly [x: Value, y: Value], { readonly transA: 0 | 1; readonly transB: 0 | 1 }>;
  MultiHeadAttention: Op<
    readonly [query: Value, key: Value, value: Value],
    { readonly num_heads: number; readonly scale: number }
  >;
  // Macro operators.
  GroupNormalization: Op<
    readonly [x: Value, scale: Value, bias: Value],
    { readonly num_groups: number; readonly epsilon: number }
  >;
  Silu: Unary;
  /** onnxruntime's own as well, as which its CPU gets it. */
  QuickGelu: Unary<{ readonly alpha: number }>;
  Attention: Op<
    readonly [query: Value, key: Value, value: Value, mask: Value | null],
    {
      readonly scale: number;
      /** How many probabilities may be in memory at once: beyond, the queries are taken piece by piece. Default 2²⁴. */
      readonly maxProbabilities?: number;
    }
  >;
}

export type OpName = keyof Ops;
export type Inputs<K extends OpName> = Ops[K]["inputs"];
export type Attributes<K extends OpName> = Ops[K]["attributes"];
