// Operators that combine the elements along some axes.

import { elementCount, type Shape, type TensorType } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Constant, Value } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { at, broadcastPosition, forEachIndex, stridesOf } from "../shapes.ts";

type ReductionAttributes = { readonly axes: readonly number[]; readonly keepdims: 0 | 1 };

export const reduction: OpRules<"ReduceSum" | "ReduceMean" | "ReduceMax" | "Softmax"> = {
  ReduceSum: {
    infer: reduced,
    vjp: ({ b, inputs: [x], ct, attributes }) => [b.expand(keepAxes(b, ct, x.shape, attributes), x.shape)],
    evaluate: ([x], { axes }) => reduce(x, axes, 0, (sum, n) => sum + n),
    asInputs: { axes: "int64" },
  },
  ReduceMean: {
    infer: reduced,
    vjp: ({ b, inputs: [x], ct, attributes }) => {
      const share = b.scale(keepAxes(b, ct, x.shape, attributes), 1 / countAlong(x.shape, attributes.axes));
      return [b.expand(share, x.shape)];
    },
    evaluate: ([x], { axes }) => {
      const count = countAlong(x.shape, axes);
      return reduce(x, axes, 0, (sum, n) => sum + n).map((sum) => sum / count);
    },
    asInputs: { axes: "int64" },
  },
  ReduceMax: {
    infer: reduced,
    // Equal maxima share the cotangent equally, as in PyTorch's amax.
    vjp: ({ b, inputs: [x], output, ct, attributes }) => {
      const isMax = b.op("Equal", [x, keepAxes(b, output, x.shape, attributes)], {});
      const hits = b.where(isMax, b.scalar(1), b.scalar(0));
      const share = b.div(keepAxes(b, ct, x.shape, attributes), b.sum(hits, attributes.axes));
      return [b.mul(hits, share)];
    },
    evaluate: ([x], { axes }) => reduce(x, axes, -Infinity, Math.max),
    asInputs: { axes: "int64" },
  },
  Softmax: {
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    // dx = y·(ct − Σ ct·y)
    vjp: ({ b, output, ct, attributes: { axis } }) => [b.mul(output, b.sub(ct, b.sum(b.mul(ct, output), [axis])))],
    evaluate: ([x], { axis }) => {
      const max = { ...x, data: reduce(x, [axis], -Infinity, Math.max), shape: x.shape.with(axis, 1) };
      const exps = { ...x, data: x.data.slice() };
      const strides = stridesOf(max.shape);
      const along = (visit: (group: number, position: number) => void): void =>
        forEachIndex(x.shape, (index, position) => visit(broadcastPosition(max.shape, strides, index), position));
      along((group, i) => (exps.data[i] = Math.exp((x.data[i] ?? NaN) - (max.data[group] ?? NaN))));
      const sums = reduce(exps, [axis], 0, (sum, n) => sum + n);
      along((group, i) => (exps.data[i] = (exps.data[i] ?? NaN) / (sums[group] ?? NaN)));
      return exps.data;
    },
  },
};

function reduced([x]: readonly [TensorType], { axes, keepdims }: ReductionAttributes): TensorType {
  const shape = x.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keepdims === 1 ? [1] : []));
  return { dtype: x.dtype, shape };
}

/** A reduced tensor with the reduced axes kept as ones, so that it broadcasts against the input. */
function keepAxes(b: GraphBuilder, value: Value, shape: Shape, { axes }: ReductionAttributes): Value {
  return b.reshape(
    value,
    shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

function countAlong(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((count, axis) => count * at(shape, axis), 1);
}

function reduce(
  x: Constant,
  axes: readonly number[],
  start: number,
  combine: (sum: number, n: number) => number,
): Float64Array {
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const out = new Float64Array(elementCount(kept)).fill(start);
  const strides = stridesOf(kept);
  forEachIndex(x.shape, (index, position) => {
    const to = broadcastPosition(kept, strides, index);
    out[to] = combine(out[to] ?? NaN, x.data[position] ?? NaN);
  });
  return out;
}
