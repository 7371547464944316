// Normalisations: subtract the mean, divide by the standard deviation, then scale and shift.

import { elementCount, type Shape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Constant, Value } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { at, axesFrom } from "../shapes.ts";

export const normalization: OpRules<"LayerNormalization" | "InstanceNormalization" | "GroupNormalization"> = {
  LayerNormalization: {
    // Over the axes from `axis` on, which scale and bias share.
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    vjp: ({ b, inputs: [x, scale, bias], ct, attributes: { axis, epsilon } }) => {
      const { dx, normalized } = pullBack(b, x, b.mul(ct, scale), axesFrom(axis, x.shape.length), epsilon);
      return [dx, b.sumTo(b.mul(ct, normalized), scale.shape), b.sumTo(ct, bias.shape)];
    },
    evaluate: ([x, scale, bias], { axis, epsilon }) => {
      const size = elementCount(x.shape.slice(axis));
      return normalize(x, size, epsilon).map((n, i) => n * at64(scale, i % size) + at64(bias, i % size));
    },
  },
  InstanceNormalization: {
    // x [batch, channels, …]: each channel of each sample alone.
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    vjp: ({ b, inputs: [x, scale], ct, attributes: { epsilon } }) => {
      const axes = axesFrom(2, x.shape.length);
      const { dx, normalized } = pullBack(b, x, b.mul(ct, perChannel(b, scale, x.shape)), axes, epsilon);
      return [dx, b.sum(b.mul(ct, normalized), [0, ...axes], 0), b.sum(ct, [0, ...axes], 0)];
    },
    evaluate: ([x, scale, bias], { epsilon }) => {
      const size = elementCount(x.shape.slice(2));
      const channel = (i: number): number => Math.floor(i / size) % at(x.shape, 1);
      return normalize(x, size, epsilon).map((n, i) => n * at64(scale, channel(i)) + at64(bias, channel(i)));
    },
  },
  GroupNormalization: {
    // x [batch, channels, …]: the channels of a group together; scale and bias for each channel.
    infer: ([x], { num_groups }) => {
      if (at(x.shape, 1) % num_groups !== 0) throw new Error(`${at(x.shape, 1)} channels in ${num_groups} groups`);
      return { dtype: x.dtype, shape: x.shape };
    },
    vjp: ({ b, inputs: [x, scale], ct, attributes: { num_groups, epsilon } }) => {
      const grouped = groupedShape(x.shape, num_groups);
      const inner = b.reshape(b.mul(ct, perChannel(b, scale, x.shape)), grouped);
      const { dx, normalized } = pullBack(b, b.reshape(x, grouped), inner, [2], epsilon);
      const axes = [0, ...axesFrom(2, x.shape.length)];
      const weighted = b.mul(ct, b.reshape(normalized, x.shape));
      return [b.reshape(dx, x.shape), b.sum(weighted, axes, 0), b.sum(ct, axes, 0)];
    },
    // InstanceNormalization over groups: the ONNX operator of this name has no WebGPU kernel.
    expand: ({ b, inputs: [x, scale, bias], attributes: { num_groups, epsilon } }) => {
      const grouped = b.reshape(x, groupedShape(x.shape, num_groups));
      const ones = b.constant("float32", [num_groups], new Float64Array(num_groups).fill(1));
      const zeros = b.constant("float32", [num_groups], new Float64Array(num_groups));
      const normalized = b.reshape(b.op("InstanceNormalization", [grouped, ones, zeros], { epsilon }), x.shape);
      return b.add(b.mul(normalized, perChannel(b, scale, x.shape)), perChannel(b, bias, x.shape));
    },
  },
};

/**
 * For n = (x − mean)/σ along `axes` with cotangent g: dx = (g − mean(g) − n·mean(g·n))/σ.
 * n is computed again from x, so that the forward pass need not keep it.
 */
function pullBack(
  b: GraphBuilder,
  x: Value,
  g: Value,
  axes: readonly number[],
  epsilon: number,
): { readonly dx: Value; readonly normalized: Value } {
  const centred = b.sub(x, b.mean(x, axes));
  const variance = b.mean(b.mul(centred, centred), axes);
  const deviation = b.sqrt(b.add(variance, b.scalar(epsilon)));
  const normalized = b.div(centred, deviation);
  const along = b.mul(normalized, b.mean(b.mul(g, normalized), axes));
  return { dx: b.div(b.sub(b.sub(g, b.mean(g, axes)), along), deviation), normalized };
}

/** [channels] as [1, channels, 1, …] */
function perChannel(b: GraphBuilder, vector: Value, shape: Shape): Value {
  return b.reshape(
    vector,
    shape.map((size, axis) => (axis === 1 ? size : 1)),
  );
}

/** [batch, channels, …] as [batch, groups, channels / groups · …] */
function groupedShape(shape: Shape, groups: number): Shape {
  return [at(shape, 0), groups, elementCount(shape.slice(1)) / groups];
}

/** Every run of `size` elements with mean 0 and deviation 1. */
function normalize(x: Constant, size: number, epsilon: number): Float64Array {
  const out = new Float64Array(x.data.length);
  for (let start = 0; start < out.length; start += size) {
    const run = x.data.subarray(start, start + size);
    const mean = run.reduce((sum, n) => sum + n, 0) / size;
    const variance = run.reduce((sum, n) => sum + (n - mean) ** 2, 0) / size;
    out.set(
      run.map((n) => (n - mean) / Math.sqrt(variance + epsilon)),
      start,
    );
  }
  return out;
}

function at64(x: Constant, position: number): number {
  return x.data[position] ?? NaN;
}
