// Elementwise operators, with ONNX (NumPy) broadcasting.

import type { TensorType } from "../../common/tensor.ts";
import type { Constant } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { broadcastPosition, broadcastShapes, forEachIndex, stridesOf } from "../shapes.ts";

type Elementwise =
  | "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Min" | "Max" | "Equal" | "Greater" | "Less" | "Where"
  | "Neg" | "Abs" | "Reciprocal" | "Sqrt" | "Exp" | "Log" | "Sin" | "Cos" | "Tanh" | "Sigmoid" | "Erf" | "Relu"
  | "Floor" | "Clip" | "Cast" | "Identity"; // prettier-ignore

export const elementwise: OpRules<Elementwise> = {
  Add: {
    half: "follows",
    infer: broadcast,
    vjp: ({ b, inputs: [x, y], ct }) => [b.sumTo(ct, x.shape), b.sumTo(ct, y.shape)],
    evaluate: binary((x, y) => x + y),
  },
  Sub: {
    half: "follows",
    infer: broadcast,
    vjp: ({ b, inputs: [x, y], ct }) => [b.sumTo(ct, x.shape), b.sumTo(b.neg(ct), y.shape)],
    evaluate: binary((x, y) => x - y),
  },
  Mul: {
    half: "follows",
    infer: broadcast,
    vjp: ({ b, inputs: [x, y], ct }) => [b.sumTo(b.mul(ct, y), x.shape), b.sumTo(b.mul(ct, x), y.shape)],
    evaluate: binary((x, y) => x * y),
  },
  Div: {
    infer: broadcast,
    // d(x/y) = dx/y − (x/y)·dy/y
    vjp: ({ b, inputs: [x, y], output, ct }) => {
      const scaled = b.div(ct, y);
      return [b.sumTo(scaled, x.shape), b.sumTo(b.neg(b.mul(scaled, output)), y.shape)];
    },
    evaluate: ([x, y], _, type) => {
      const divide = type.dtype.includes("int")
        ? (a: number, c: number) => Math.trunc(a / c)
        : (a: number, c: number) => a / c;
      return map([x, y], type.shape, divide);
    },
  },
  Pow: {
    infer: broadcast,
    // d(xʸ) = y·xʸ⁻¹·dx + xʸ·ln(x)·dy; the second is used only where y is differentiated, for x > 0
    vjp: ({ b, inputs: [x, y], output, ct }) => {
      const slope = b.mul(y, b.op("Pow", [x, b.sub(y, b.scalar(1))], {}));
      const byExponent = b.mul(output, b.op("Log", [x], {}));
      return [b.sumTo(b.mul(ct, slope), x.shape), b.sumTo(b.mul(ct, byExponent), y.shape)];
    },
    evaluate: binary((x, y) => x ** y),
  },
  Min: {
    infer: broadcast,
    // Among equals the gradient goes to y.
    vjp: ({ b, inputs: [x, y], ct }) => {
      const isX = b.op("Less", [x, y], {});
      const none = b.scalar(0);
      return [b.sumTo(b.where(isX, ct, none), x.shape), b.sumTo(b.where(isX, none, ct), y.shape)];
    },
    evaluate: binary(Math.min),
  },
  Max: {
    infer: broadcast,
    // Among equals the gradient goes to y.
    vjp: ({ b, inputs: [x, y], ct }) => {
      const isX = b.op("Greater", [x, y], {});
      const none = b.scalar(0);
      return [b.sumTo(b.where(isX, ct, none), x.shape), b.sumTo(b.where(isX, none, ct), y.shape)];
    },
    evaluate: binary(Math.max),
  },
  Equal: { infer: comparison, vjp: "no gradient", evaluate: binary((x, y) => Number(x === y)) },
  Greater: { infer: comparison, vjp: "no gradient", evaluate: binary((x, y) => Number(x > y)) },
  Less: { infer: comparison, vjp: "no gradient", evaluate: binary((x, y) => Number(x < y)) },
  Where: {
    half: "follows",
    infer: ([condition, x, y]) => {
      const { dtype, shape } = broadcast([x, y]);
      return { dtype, shape: broadcastShapes(condition.shape, shape) };
    },
    vjp: ({ b, inputs: [condition, x, y], ct }) => {
      const none = b.scalar(0);
      return [null, b.sumTo(b.where(condition, ct, none), x.shape), b.sumTo(b.where(condition, none, ct), y.shape)];
    },
    evaluate: ([condition, x, y], _, { shape }) => map([condition, x, y], shape, (c, a, b) => (c !== 0 ? a : b)),
  },
  Neg: { half: "follows", infer: same, vjp: ({ b, ct }) => [b.neg(ct)], evaluate: unary((x) => -x) },
  Abs: {
    infer: same,
    // Where, not Sign: the WebGPU provider has no Sign kernel.
    vjp: ({ b, inputs: [x], ct }) => [b.where(b.op("Less", [x, b.scalar(0)], {}), b.neg(ct), ct)],
    evaluate: unary(Math.abs),
  },
  Reciprocal: {
    infer: same,
    // d(1/x) = −(1/x)²·dx
    vjp: ({ b, output, ct }) => [b.neg(b.mul(ct, b.mul(output, output)))],
    evaluate: unary((x) => 1 / x),
  },
  Sqrt: {
    infer: same,
    // d√x = dx / 2√x
    vjp: ({ b, output, ct }) => [b.div(b.scale(ct, 0.5), output)],
    evaluate: unary(Math.sqrt),
  },
  Exp: { infer: same, vjp: ({ b, output, ct }) => [b.mul(ct, output)], evaluate: unary(Math.exp) },
  Log: { infer: same, vjp: ({ b, inputs: [x], ct }) => [b.div(ct, x)], evaluate: unary(Math.log) },
  Sin: {
    infer: same,
    vjp: ({ b, inputs: [x], ct }) => [b.mul(ct, b.op("Cos", [x], {}))],
    evaluate: unary(Math.sin),
  },
  Cos: {
    infer: same,
    vjp: ({ b, inputs: [x], ct }) => [b.neg(b.mul(ct, b.op("Sin", [x], {})))],
    evaluate: unary(Math.cos),
  },
  Tanh: {
    infer: same,
    // d tanh x = (1 − tanh²x)·dx
    vjp: ({ b, output, ct }) => [b.mul(ct, b.sub(b.scalar(1), b.mul(output, output)))],
    evaluate: unary(Math.tanh),
  },
  Sigmoid: {
    half: "follows",
    infer: same,
    // dσ = σ(1 − σ)·dx
    vjp: ({ b, output, ct }) => [b.mul(ct, b.mul(output, b.sub(b.scalar(1), output)))],
    evaluate: unary(sigmoid),
  },
  Erf: {
    infer: same,
    // d erf(x) = 2/√π · exp(−x²)·dx
    vjp: ({ b, inputs: [x], ct }) => [b.mul(ct, b.scale(b.exp(b.neg(b.mul(x, x))), 2 / Math.sqrt(Math.PI)))],
    evaluate: unary(erf),
  },
  Relu: {
    half: "follows",
    infer: same,
    vjp: ({ b, inputs: [x], ct }) => [b.where(b.op("Greater", [x, b.scalar(0)], {}), ct, b.scalar(0))],
    evaluate: unary((x) => Math.max(x, 0)),
  },
  Floor: { infer: same, vjp: "no gradient", evaluate: unary(Math.floor) },
  Clip: {
    infer: same,
    // As PyTorch's clamp: the gradient passes where min ≤ x ≤ max, that is where clipping changes nothing.
    vjp: ({ b, inputs: [x], output, ct }) => [b.where(b.op("Equal", [x, output], {}), ct, b.scalar(0))],
    evaluate: ([x], { min, max }) => x.data.map((n) => Math.min(Math.max(n, min), max)),
    asInputs: { min: "float32", max: "float32" },
  },
  Cast: {
    infer: ([x], { to }) => ({ dtype: to, shape: x.shape }),
    vjp: ({ b, inputs: [x], ct }) => [b.cast(ct, x.dtype)],
    evaluate: ([x], { to }) => castNumbers(x.data, to),
  },
  Identity: { half: "follows", infer: same, vjp: ({ ct }) => [ct], evaluate: unary((x) => x) },
};

function same([x]: readonly [TensorType]): TensorType {
  return { dtype: x.dtype, shape: x.shape };
}

function broadcast([x, y]: readonly [TensorType, TensorType]): TensorType {
  if (x.dtype !== y.dtype) throw new Error(`element types differ: ${x.dtype} and ${y.dtype}`);
  return { dtype: x.dtype, shape: broadcastShapes(x.shape, y.shape) };
}

function comparison([x, y]: readonly [TensorType, TensorType]): TensorType {
  return { dtype: "bool", shape: broadcast([x, y]).shape };
}

function unary(f: (x: number) => number) {
  return ([x]: readonly [Constant]): Float64Array => x.data.map(f);
}

function binary(f: (x: number, y: number) => number) {
  return (inputs: readonly [Constant, Constant], _: object, { shape }: TensorType): Float64Array =>
    map(inputs, shape, f);
}

function map(inputs: readonly Constant[], shape: readonly number[], f: (...xs: number[]) => number): Float64Array {
  const out = new Float64Array(shape.reduce((n, size) => n * size, 1));
  const strides = inputs.map((input) => stridesOf(input.shape));
  forEachIndex(shape, (index, position) => {
    const xs = inputs.map((input, i) => input.data[broadcastPosition(input.shape, strides[i] ?? [], index)] ?? NaN);
    out[position] = f(...xs);
  });
  return out;
}

function castNumbers(data: Float64Array, to: string): Float64Array {
  if (to === "bool") return data.map((x) => Number(x !== 0));
  if (to.includes("int")) return data.map(Math.trunc);
  // Float types are not rounded here: the definitions are of real numbers.
  return data;
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** The error function to double precision: its Taylor series near 0, the continued fraction of erfc beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let [sum, term] = [x, x];
    for (let n = 1; n < 60; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  if (a > 6) return Math.sign(x);
  // erfc(a) = exp(−a²)/√π · 1/(a + (1/2)/(a + 1/(a + (3/2)/(a + …))))
  let fraction = a;
  for (let k = 80; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
}
