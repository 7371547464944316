// Normalisations: subtract the mean, divide by the standard deviation, then scale and shift.

import { elementCount, type Shape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Constant, Value } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { at, axesFrom } from "../shapes.ts";
import { innerProduct } from "./inner-product.ts";

export const normalization: OpRules<"LayerNormalization" | "InstanceNormalization" | "GroupNormalization"> = {
  LayerNormalization: {
    // Over the axes from `axis` on, which scale and bias share.
    infer: ([x]) => ({ dtype: x.dtype, shape: x.shape }),
    // With n the normalised x and g = scale·ct: dx = (g − mean(g) − n·mean(g·n))/σ. n is computed again from x: a transformer has many of
    // these norms over small rows, and to keep n of each took more memory and no less time.
    vjp: ({ b, inputs: [x, scale, bias], ct, attributes: { axis, epsilon } }) => {
      const axes = axesFrom(axis, x.shape.length);
      const centred = b.sub(x, b.mean(x, axes));
      const deviation = b.sqrt(b.add(b.mean(b.mul(centred, centred), axes), b.scalar(epsilon)));
      const normalized = b.div(centred, deviation);
      const g = b.mul(ct, scale);
      const along = b.mul(normalized, b.mean(b.mul(g, normalized), axes));
      const dx = b.div(b.sub(b.sub(g, b.mean(g, axes)), along), deviation);
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
    vjp: ({ b, inputs: [x, scale], ct, attributes: { epsilon } }) =>
      groupGradients(b, x, scale, ct, at(x.shape, 1), epsilon),
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
    vjp: ({ b, inputs: [x, scale], ct, attributes: { num_groups, epsilon } }) =>
      groupGradients(b, x, scale, ct, num_groups, epsilon),
    // InstanceNormalization over groups: the ONNX operator of this name has no WebGPU kernel.
    expand: ({ b, inputs: [x, scale, bias], attributes: { num_groups, epsilon } }) => {
      const normalized = b.reshape(normalizedGroups(b, x, num_groups, epsilon), x.shape);
      return b.add(b.mul(normalized, perChannel(b, scale, x.shape)), perChannel(b, bias, x.shape));
    },
  },
};

/**
 * Gradients to x, scale and bias. With n the normalised x, g = scale·ct and means over a group: dx = (g − mean(g) − n·mean(g·n))/σ,
 * as ct·p + n·q + r with p small (a number a channel) and q and r small (a number a group). The sums come from those of each channel,
 * Σct and Σct·n, so only dx itself is as large as x. n is the forward pass's own.
 */
function groupGradients(
  b: GraphBuilder,
  x: Value,
  scale: Value,
  ct: Value,
  groups: number,
  epsilon: number,
): readonly [x: Value, scale: Value, bias: Value] {
  const [batch, channels] = [at(x.shape, 0), at(x.shape, 1)];
  const grouped = groupedShape(x.shape, groups);
  const inner = normalizedGroups(b, x, groups, epsilon);
  const sums = b.sum(ct, axesFrom(2, x.shape.length), 0);
  const products = innerProduct(b, b.reshape(inner, x.shape), ct, 2);
  const overGroup = (perChannelSums: Value): Value => {
    const weighted = b.reshape(b.mul(perChannelSums, scale), [batch, groups, channels / groups]);
    return b.scale(b.sum(weighted, [2]), 1 / at(grouped, 2));
  };
  const [mean, along] = [overGroup(sums), overGroup(products)];
  // Written after what waits for ct: onnxruntime makes the input that was written last first, and x need not be kept for this.
  const precision = b.reshape(inverseDeviation(b, b.reshape(x, grouped), inner, epsilon), [batch, groups, 1]);
  const rest = b.add(b.mul(inner, b.mul(precision, along)), b.mul(precision, mean));
  const eachScale = b.reshape(scale, [1, groups, channels / groups]);
  const slope = b.reshape(b.mul(eachScale, precision), [batch, channels, ...x.shape.slice(2).map(() => 1)]);
  const dx = b.sub(b.mul(ct, slope), b.reshape(rest, x.shape));
  return [dx, b.sum(products, [0], 0), b.sum(sums, [0], 0)];
}

/** x [batch, channels, …] as [batch, groups, …], every group with mean 0 and deviation 1. */
function normalizedGroups(b: GraphBuilder, x: Value, groups: number, epsilon: number): Value {
  const grouped = b.reshape(x, groupedShape(x.shape, groups));
  const ones = b.constant("float32", [groups], new Float64Array(groups).fill(1));
  const zeros = b.constant("float32", [groups], new Float64Array(groups));
  return b.op("InstanceNormalization", [grouped, ones, zeros], { epsilon });
}

/**
 * 1/σ with σ = √(variance + ε) of each group, from x and n [batch, groups, …], which both exist: no difference from the mean is written down
 * again. With n = (x − mean)/σ their covariance is c = variance/σ = σ − ε/σ, so σ = (c + √(c² + 4ε))/2.
 * onnxruntime's own sums lose digits over long groups: its n is f times as large, by 10⁻⁵ over a million elements, and so is σ by this formula.
 * All that comes after n is as much larger, so that the gradient is right only with f/σ: f² is variance(n) + ε/σ², which else is 1.
 */
function inverseDeviation(b: GraphBuilder, x: Value, normalized: Value, epsilon: number): Value {
  const axes = [2];
  const mean = b.mean(normalized, axes, 0);
  const meanProduct = (other: Value): Value => b.scale(innerProduct(b, other, normalized, 2), 1 / at(x.shape, 2));
  // The mean of n is zero but for its rounding, which a large mean of x would magnify.
  const covariance = b.sub(meanProduct(x), b.mul(b.mean(x, axes, 0), mean));
  const root = b.sqrt(b.add(b.mul(covariance, covariance), b.scalar(4 * epsilon)));
  const inverse = b.div(b.scalar(2), b.add(covariance, root));
  const square = b.add(b.sub(meanProduct(normalized), b.mul(mean, mean)), b.scale(b.mul(inverse, inverse), epsilon));
  return b.mul(inverse, square);
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
