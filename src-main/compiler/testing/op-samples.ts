// For every operator at least one small case to check it on. An operator without a sample does not compile.

import { elementCount, type DataType, type Shape } from "../../common/tensor.ts";
import type { Attributes, OpName } from "../op-list.ts";

export interface SampleInput {
  readonly dtype: DataType;
  readonly shape: Shape;
  readonly data: Float64Array;
}

export interface Sample<K extends OpName> {
  readonly inputs: readonly (SampleInput | null)[];
  readonly attributes: Attributes<K>;
}

export type OpSamples = { readonly [K in OpName]: readonly [Sample<K>, ...Sample<K>[]] };

// Irrational multiples, so that no two numbers tie and none sits on a kink.
function spread(shape: Shape, low: number, high: number, phase = 0): SampleInput {
  const data = new Float64Array(elementCount(shape)).map((_, i) => {
    const fraction = ((i + 1 + phase) * 0.6180339887498949) % 1;
    return low + (high - low) * fraction;
  });
  return { dtype: "float32", shape, data };
}
const x = (...shape: number[]): SampleInput => spread(shape, -1.7, 1.9);
const y = (...shape: number[]): SampleInput => spread(shape, -1.3, 1.1, 17.3);
const z = (...shape: number[]): SampleInput => spread(shape, -0.9, 1.4, 5.7);
const positive = (...shape: number[]): SampleInput => spread(shape, 0.4, 2.1, 3.1);
const integers = (shape: Shape, ...data: number[]): SampleInput => ({
  dtype: "int64",
  shape,
  data: Float64Array.from(data),
});
const mask = (...data: number[]): SampleInput => ({
  dtype: "bool",
  shape: [data.length],
  data: Float64Array.from(data),
});

const unary = [{ inputs: [x(2, 3)], attributes: {} }] as const;
const unaryPositive = [{ inputs: [positive(2, 3)], attributes: {} }] as const;
/** Equal shapes, and both ways of broadcasting. */
const binary = [
  { inputs: [x(2, 3), y(2, 3)], attributes: {} },
  { inputs: [x(2, 1, 3), y(4, 1)], attributes: {} },
  { inputs: [x(), y(2, 2)], attributes: {} },
] as const;
const reduction = [
  { inputs: [x(2, 3, 4)], attributes: { axes: [1], keepdims: 1 } },
  { inputs: [x(2, 3, 4)], attributes: { axes: [0, 2], keepdims: 0 } },
] as const;
const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };

export const opSamples: OpSamples = {
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: [{ inputs: [x(2, 1, 3), positive(4, 1)], attributes: {} }],
  Pow: [{ inputs: [positive(2, 3), y(3)], attributes: {} }],
  Min: binary,
  Max: binary,
  Equal: [{ inputs: [integers([3], 1, 2, 3), integers([3], 1, 5, 3)], attributes: {} }],
  Greater: [{ inputs: [x(2, 3), y(3)], attributes: {} }],
  Less: [{ inputs: [x(2, 3), y(3)], attributes: {} }],
  Where: [{ inputs: [mask(1, 0, 1), x(2, 3), y(2, 1)], attributes: {} }],
  Neg: unary,
  Abs: unary,
  Reciprocal: unaryPositive,
  Sqrt: unaryPositive,
  Exp: unary,
  Log: unaryPositive,
  Sin: unary,
  Cos: unary,
  Tanh: unary,
  Sigmoid: unary,
  Erf: [{ inputs: [spread([3, 4], -4, 4)], attributes: {} }],
  Relu: unary,
  Floor: unary,
  Clip: [{ inputs: [x(3, 4)], attributes: { min: -0.8, max: 0.9 } }],
  Cast: [{ inputs: [x(2, 3)], attributes: { to: "float32" } }],
  Identity: unary,
  Reshape: [{ inputs: [x(2, 6)], attributes: { shape: [3, 4] } }],
  Transpose: [{ inputs: [x(2, 3, 4)], attributes: { perm: [2, 0, 1] } }],
  Unsqueeze: [{ inputs: [x(2, 3)], attributes: { axes: [0, 2] } }],
  Squeeze: [{ inputs: [x(1, 2, 1, 3)], attributes: { axes: [0, 2] } }],
  Expand: [{ inputs: [x(2, 1, 3)], attributes: { shape: [2, 2, 4, 3] } }],
  Concat: [
    { inputs: [x(2, 1, 3), y(2, 4, 3), z(2, 2, 3)], attributes: { axis: 1 } },
    { inputs: [x(2, 2), y(1, 2)], attributes: { axis: 0 } },
  ],
  Slice: [
    { inputs: [x(4, 5)], attributes: { starts: [1], ends: [4], axes: [1], steps: [1] } },
    { inputs: [x(3, 7)], attributes: { starts: [1], ends: [7], axes: [1], steps: [2] } },
    { inputs: [x(3, 4)], attributes: { starts: [2, 3], ends: [-4, -5], axes: [0, 1], steps: [-1, -1] } },
    { inputs: [x(3, 7)], attributes: { starts: [5], ends: [0], axes: [1], steps: [-2] } },
  ],
  Pad: [
    { inputs: [x(2, 3)], attributes: { pads: [0, 1, 2, 0] } },
    { inputs: [x(4, 3)], attributes: { pads: [-1, 0, -1, 2] } },
  ],
  Resize: [
    {
      inputs: [x(1, 2, 2, 3)],
      attributes: {
        roi: [],
        scales: [1, 1, 2, 2],
        mode: "nearest",
        coordinate_transformation_mode: "asymmetric",
        nearest_mode: "floor",
      },
    },
  ],
  Gather: [
    { inputs: [x(5, 3), integers([2, 2], 4, 0, 4, 2)], attributes: { axis: 0 } },
    { inputs: [x(2, 4, 2), integers([3], 3, 1, 3)], attributes: { axis: 1 } },
  ],
  GatherND: [{ inputs: [x(3, 4, 2), integers([2, 2], 2, 1, 0, 3)], attributes: {} }],
  ScatterND: [{ inputs: [x(4, 3), integers([3, 1], 1, 3, 1), y(3, 3)], attributes: { reduction: "add" } }],
  ArgMax: [{ inputs: [x(3, 4)], attributes: { axis: 1, keepdims: 0 } }],
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  Softmax: [
    { inputs: [x(2, 3, 4)], attributes: { axis: 2 } },
    { inputs: [x(3, 4)], attributes: { axis: 0 } },
  ],
  MatMul: [
    { inputs: [x(2, 3, 4), y(4, 2)], attributes: {} },
    { inputs: [x(2, 1, 3, 4), y(3, 4, 2)], attributes: {} },
  ],
  Gemm: [
    { inputs: [x(3, 4), y(2, 4), z(2)], attributes: { transA: 0, transB: 1 } },
    { inputs: [x(4, 3), y(4, 2), null], attributes: { transA: 1, transB: 0 } },
    { inputs: [x(4, 3), y(2, 4), null], attributes: { transA: 1, transB: 1 } },
    { inputs: [x(3, 4), y(4, 2), z(3, 1)], attributes: { transA: 0, transB: 0 } },
  ],
  Conv: [
    { inputs: [x(2, 3, 4, 5), y(2, 3, 3, 3), z(2)], attributes: conv },
    { inputs: [x(1, 2, 5, 6), y(3, 2, 3, 3), z(3)], attributes: { ...conv, strides: [2, 2] } },
    // The asymmetric padding of the VAE encoder's downsampler.
    { inputs: [x(1, 2, 6, 6), y(2, 2, 3, 3), null], attributes: { ...conv, strides: [2, 2], pads: [0, 0, 1, 1] } },
    { inputs: [x(1, 4, 5, 4), y(6, 2, 3, 2), z(6)], attributes: { ...conv, pads: [1, 0, 1, 1], group: 2 } },
    { inputs: [x(1, 2, 7, 6), y(2, 2, 3, 2), null], attributes: { ...conv, pads: [2, 1, 2, 1], dilations: [2, 2] } },
    { inputs: [x(1, 2, 4, 4), y(3, 2, 1, 1), z(3)], attributes: { ...conv, pads: [0, 0, 0, 0] } },
    { inputs: [x(1, 3, 6, 4), y(4, 3, 2, 2), null], attributes: { ...conv, strides: [2, 2], pads: [0, 0, 0, 0] } },
    { inputs: [x(2, 2, 5), y(3, 2, 3), z(3)], attributes: { strides: [1], pads: [1, 1], dilations: [1], group: 1 } },
    {
      inputs: [x(1, 2, 3, 2, 3), y(2, 2, 3, 1, 1), null],
      attributes: { strides: [1, 1, 1], pads: [1, 0, 0, 1, 0, 0], dilations: [1, 1, 1], group: 1 },
    },
  ],
  ConvTranspose: [
    {
      inputs: [x(1, 3, 3, 4), y(3, 2, 3, 3), z(2)],
      attributes: { ...conv, strides: [2, 2], output_padding: [1, 0] },
    },
    { inputs: [x(1, 4, 3, 3), y(4, 2, 2, 3), null], attributes: { ...conv, group: 2, output_padding: [0, 0] } },
  ],
  LayerNormalization: [{ inputs: [x(2, 3, 4), positive(4), z(4)], attributes: { axis: 2, epsilon: 1e-5 } }],
  InstanceNormalization: [{ inputs: [x(2, 3, 2, 3), positive(3), z(3)], attributes: { epsilon: 1e-5 } }],
  Gelu: [
    { inputs: [x(3, 4)], attributes: { approximate: "none" } },
    { inputs: [x(3, 4)], attributes: { approximate: "tanh" } },
  ],
  FusedMatMul: [
    { inputs: [x(2, 3, 4), y(2, 5, 4)], attributes: { transA: 0, transB: 1 } },
    { inputs: [x(2, 4, 3), y(2, 4, 5)], attributes: { transA: 1, transB: 0 } },
    { inputs: [x(4, 3), y(5, 4)], attributes: { transA: 1, transB: 1 } },
  ],
  MultiHeadAttention: [
    { inputs: [x(2, 3, 4), y(2, 5, 4), z(2, 5, 6)], attributes: { num_heads: 2, scale: 0.5 } },
    { inputs: [x(1, 3, 5), y(1, 3, 5), z(1, 3, 5)], attributes: { num_heads: 1, scale: 1.3 } },
  ],
  GroupNormalization: [
    { inputs: [x(2, 6, 2, 2), positive(6), z(6)], attributes: { num_groups: 3, epsilon: 1e-6 } },
    { inputs: [x(1, 4, 3, 2, 2), positive(4), z(4)], attributes: { num_groups: 2, epsilon: 1e-5 } },
  ],
  Silu: unary,
  QuickGelu: [
    { inputs: [x(2, 3)], attributes: { alpha: 1.702 } },
    { inputs: [x(2, 3)], attributes: { alpha: 1 } },
  ],
  Attention: [
    { inputs: [x(2, 2, 3, 4), y(2, 2, 5, 4), z(2, 2, 5, 3), null], attributes: { scale: 0.5 } },
    { inputs: [x(1, 2, 3, 4), y(1, 2, 3, 4), z(1, 2, 3, 4), y(1, 1, 3, 3)], attributes: { scale: 0.5 } },
    // One text for the whole batch.
    { inputs: [x(2, 2, 3, 2), y(1, 2, 4, 2), z(1, 2, 4, 2), null], attributes: { scale: 0.7 } },
    // In pieces: three of one to two queries, masked for each query and for all alike.
    {
      inputs: [x(1, 2, 5, 2), y(1, 2, 4, 2), z(1, 2, 4, 3), y(1, 1, 5, 4)],
      attributes: { scale: 0.5, maxProbabilities: 16 },
    },
    {
      inputs: [x(2, 2, 4, 2), y(1, 2, 3, 2), z(1, 2, 3, 2), y(1, 2, 1, 3)],
      attributes: { scale: 0.5, maxProbabilities: 30 },
    },
  ],
};
