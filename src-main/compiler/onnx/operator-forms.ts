// What ONNX leaves open for an operator (missing attributes, negative axes, −1 in a shape), reduced to the one form that the
// compiler has. A model that uses more than this table has is refused, never half understood.

import { elementCount, type DataType } from "../../common/tensor.ts";
import type { AttributeValue, Value } from "../graph.ts";
import type { Attributes, OpName } from "../op-list.ts";
import { axesFrom } from "../shapes.ts";
import { ELEMENT_TYPES } from "./element-types.ts";

/** Our macro operators; where ONNX has an operator of the same name, it is another one. */
type MacroName = "GroupNormalization" | "Silu" | "QuickGelu" | "Attention";
type OnnxName = Exclude<OpName, MacroName | "FusedMatMul" | "MultiHeadAttention">;

/** All attributes that the model gives. */
type Written = ReadonlyMap<string, AttributeValue>;

/** The value for the compiler from what the model gives and the first input, or `undefined` if it is not supported. */
type Reader<T> = (given: AttributeValue | undefined, x: Value, written: Written) => T | undefined;

interface Form<A> {
  /** How many tensors must be given; "any" is one or more. */
  readonly inputs: number | "any";
  /** How many more may be given. */
  readonly optional?: number;
  readonly attributes: { readonly [N in keyof A]-?: Reader<A[N]> };
}

export type OperatorForm = Form<Readonly<Record<string, AttributeValue>>>;

export function isOnnxName(name: string): name is OnnxName {
  return Object.hasOwn(forms, name);
}

export function operatorForm(op: OnnxName): OperatorForm {
  return forms[op];
}

/** Attributes that the compiler does not have: only these values of them mean nothing. */
export const WITHOUT_EFFECT: Readonly<Record<string, (value: AttributeValue, written: Written) => boolean>> = {
  // Whether a 0 in the shape is a size or keeps the axis.
  allowzero: (value, written) => {
    const shape = written.get("shape");
    return value === 0 || (isList(shape) && !shape.includes(0));
  },
  alpha: (value) => value === 1,
  antialias: (value) => value === 0,
  auto_pad: (value) => value === "NOTSET",
  batch_dims: (value) => value === 0,
  beta: (value) => value === 1,
  cubic_coeff_a: () => true,
  exclude_outside: (value) => value === 0,
  extrapolation_value: () => true,
  kernel_shape: () => true, // the weights have it
  keep_aspect_ratio_policy: () => true,
  mode: (value) => value === "constant",
  noop_with_empty_axes: (value) => value === 0,
  saturate: (value) => value === 1,
  select_last_index: (value) => value === 0,
  stash_type: (value) => value === 1,
};

const unary = { inputs: 1, attributes: {} } as const;
const binary = { inputs: 2, attributes: {} } as const;
const reduction = { inputs: 1, attributes: { axes: axes("all"), keepdims: oneOf(1, 0) } } as const;
const conv = {
  strides: spatial(1, 1),
  pads: spatial(2, 0),
  dilations: spatial(1, 1),
  group: (given: AttributeValue | undefined) =>
    given === undefined ? 1 : isCount(given) && given > 0 ? given : undefined,
} as const;

const forms: { readonly [K in OnnxName]: Form<Attributes<K>> } = {
  Add: binary,
  Sub: binary,
  Mul: binary,
  Div: binary,
  Pow: binary,
  Min: binary,
  Max: binary,
  Equal: binary,
  Greater: binary,
  Less: binary,
  Where: { inputs: 3, attributes: {} },
  Neg: unary,
  Abs: unary,
  Reciprocal: unary,
  Sqrt: unary,
  Exp: unary,
  Log: unary,
  Sin: unary,
  Cos: unary,
  Tanh: unary,
  Sigmoid: unary,
  Erf: unary,
  Relu: unary,
  Floor: unary,
  Clip: { inputs: 1, attributes: { min: number(-Infinity), max: number(Infinity) } },
  Cast: { inputs: 1, attributes: { to: (given) => (isDataType(given) ? given : undefined) } },
  Identity: unary,
  Reshape: { inputs: 1, attributes: { shape: reshaped } },
  Transpose: { inputs: 1, attributes: { perm: permutation } },
  Unsqueeze: {
    inputs: 1,
    attributes: { axes: (given, x) => (isList(given) ? resolveAxes(given, x.shape.length + given.length) : undefined) },
  },
  Squeeze: { inputs: 1, attributes: { axes: axes("of size 1") } },
  Expand: { inputs: 1, attributes: { shape: (given) => (isList(given) && given.every(isCount) ? given : undefined) } },
  Concat: { inputs: "any", attributes: { axis: axis() } },
  Slice: {
    inputs: 1,
    attributes: {
      starts: (given) => (isList(given) ? given : undefined),
      ends: (given) => (isList(given) ? given : undefined),
      axes: (given, x, written) => resolveAxes(isList(given) ? given : axesFrom(0, sliced(written)), x.shape.length),
      steps: (given, _, written) => {
        const steps = isList(given) ? given : Array.from({ length: sliced(written) }, () => 1);
        return steps.includes(0) ? undefined : steps;
      },
    },
  },
  Pad: {
    inputs: 1,
    attributes: { pads: (given, x) => (isList(given) && given.length === 2 * x.shape.length ? given : undefined) },
  },
  Gather: { inputs: 2, attributes: { axis: axis(() => 0) } },
  GatherND: { inputs: 2, attributes: {} },
  ScatterND: { inputs: 3, attributes: { reduction: (given) => (given === "add" ? given : undefined) } },
  Resize: {
    inputs: 1,
    attributes: {
      roi: () => [], // for cropping only, which no supported mode does
      scales: (given, x) =>
        isList(given) && given.length === x.shape.length && given.every(isCount) ? given : undefined,
      mode: oneOf("nearest"),
      coordinate_transformation_mode: (given) => (given === "asymmetric" ? given : undefined),
      nearest_mode: (given) => (given === "floor" ? given : undefined),
    },
  },
  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  ArgMax: { inputs: 1, attributes: { axis: axis(() => 0), keepdims: oneOf(1, 0) } },
  Softmax: { inputs: 1, attributes: { axis: axis((rank) => rank - 1) } },
  MatMul: binary,
  Gemm: { inputs: 2, optional: 1, attributes: { transA: oneOf(0, 1), transB: oneOf(0, 1) } },
  Conv: { inputs: 2, optional: 1, attributes: conv },
  ConvTranspose: { inputs: 2, optional: 1, attributes: { ...conv, output_padding: spatial(1, 0) } },
  LayerNormalization: { inputs: 3, attributes: { axis: axis((rank) => rank - 1), epsilon: number(1e-5) } },
  InstanceNormalization: { inputs: 3, attributes: { epsilon: number(1e-5) } },
  Gelu: { inputs: 1, attributes: { approximate: oneOf("none", "tanh") } },
};

/** One of some values, the first if none is given. */
function oneOf<const T extends readonly [number | string, ...(number | string)[]]>(...values: T): Reader<T[number]> {
  return (given = values[0]) => values.find((value) => value === given);
}

function number(missing: number): Reader<number> {
  return (given = missing) => (typeof given === "number" && !Number.isNaN(given) ? given : undefined);
}

function axis(missing?: (rank: number) => number): Reader<number> {
  return (given, { shape: { length: rank } }) => {
    const value = given ?? missing?.(rank);
    return typeof value === "number" ? resolveAxes([value], rank)?.[0] : undefined;
  };
}

function axes(missing: "all" | "of size 1"): Reader<readonly number[]> {
  return (given, { shape }) => {
    const none = given === undefined || (isList(given) && given.length === 0);
    if (none) return axesFrom(0, shape.length).filter((a) => missing === "all" || shape[a] === 1);
    return isList(given) ? resolveAxes(given, shape.length) : undefined;
  };
}

/** Axes counted from the front, each at most once. */
function resolveAxes(given: readonly number[], rank: number): readonly number[] | undefined {
  const resolved = given.map((a) => (a < 0 ? a + rank : a));
  const valid = resolved.every((a) => isCount(a) && a < rank) && new Set(resolved).size === resolved.length;
  return valid ? resolved : undefined;
}

/** A number for each spatial axis, `times` over, none below `least`. */
function spatial(times: number, least: 0 | 1): Reader<readonly number[]> {
  return (given, x) => {
    const length = times * Math.max(0, x.shape.length - 2);
    if (given === undefined) return Array.from({ length }, () => least);
    return isList(given) && given.length === length && given.every((n) => isCount(n) && n >= least) ? given : undefined;
  };
}

function permutation(given: AttributeValue | undefined, x: Value): readonly number[] | undefined {
  const all = axesFrom(0, x.shape.length);
  if (given === undefined) return all.reverse();
  return isList(given) && given.toSorted((a, b) => a - b).join() === all.join() ? given : undefined;
}

/** How many axes a Slice has, by its starts. */
function sliced(written: Written): number {
  const starts = written.get("starts");
  return isList(starts) ? starts.length : 0;
}

/** 0 keeps an axis, −1 takes what is left. */
function reshaped(given: AttributeValue | undefined, x: Value): readonly number[] | undefined {
  if (!isList(given)) return undefined;
  const kept = given.map((size, i) => (size === 0 ? (x.shape[i] ?? -2) : size));
  const rest = elementCount(x.shape) / elementCount(kept.filter((size) => size !== -1));
  const shape = kept.map((size) => (size === -1 ? rest : size));
  return shape.every(isCount) && kept.indexOf(-1) === kept.lastIndexOf(-1) ? shape : undefined;
}

function isList(value: AttributeValue | undefined): value is readonly number[] {
  return typeof value === "object";
}

function isCount(value: AttributeValue): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isDataType(value: AttributeValue | undefined): value is DataType {
  return typeof value === "string" && ELEMENT_TYPES.has(value);
}
