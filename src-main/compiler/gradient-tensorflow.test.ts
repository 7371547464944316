// The gradients live beside the package's entry and bring their own copy of it, which needs its own set-up.
import "@tensorflow/tfjs-core/dist/base_side_effects.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { evaluateGraph } from "./evaluate-graph.ts";
import type { Attributes, ConvAttributes, OpName } from "./op-list.ts";
import { sampleGraphs, type SampleGraph } from "./testing/build-sample.ts";
import { opSamples, type Sample, type SampleInput } from "./testing/op-samples.ts";

type Equivalent<K extends OpName> = (inputs: readonly tf.Tensor[], attributes: Attributes<K>) => tf.Tensor;

const unary =
  (f: (x: tf.Tensor) => tf.Tensor) =>
  ([x]: readonly tf.Tensor[]): tf.Tensor =>
    f(given(x));
const binary =
  (f: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) =>
  ([x, y]: readonly tf.Tensor[]): tf.Tensor =>
    f(given(x), given(y));

/** What TensorFlow.js has for every operator; where it has none with a gradient, the same thing from operators that have. */
const equivalents: { readonly [K in OpName]: Equivalent<K> } = {
  Add: binary((x, y) => tf.add(x, y)),
  Sub: binary((x, y) => tf.sub(x, y)),
  Mul: binary((x, y) => tf.mul(x, y)),
  Div: binary((x, y) => tf.div(x, y)),
  Pow: binary((x, y) => tf.pow(x, y)),
  // The gradients of these two forget to sum over broadcast axes.
  Min: binary((x, y) => tf.minimum(...broadcast(x, y))),
  Max: binary((x, y) => tf.maximum(...broadcast(x, y))),
  Equal: binary((x, y) => tf.equal(x, y)),
  Greater: binary((x, y) => tf.greater(x, y)),
  Less: binary((x, y) => tf.less(x, y)),
  Where: ([condition, x, y]) => tf.where(given(condition), given(x), given(y)),
  Neg: unary((x) => tf.neg(x)),
  Abs: unary((x) => tf.abs(x)),
  Reciprocal: unary((x) => tf.reciprocal(x)),
  Sqrt: unary((x) => tf.sqrt(x)),
  Exp: unary((x) => tf.exp(x)),
  Log: unary((x) => tf.log(x)),
  Sin: unary((x) => tf.sin(x)),
  Cos: unary((x) => tf.cos(x)),
  Tanh: unary((x) => tf.tanh(x)),
  Sigmoid: unary((x) => tf.sigmoid(x)),
  Erf: unary((x) => tf.erf(x)),
  Relu: unary((x) => tf.relu(x)),
  Floor: unary((x) => tf.floor(x)),
  Clip: ([x], { min, max }) => tf.clipByValue(given(x), min, max),
  Cast: unary((x) => tf.cast(x, "float32")),
  Identity: unary((x) => tf.clone(x)),
  Reshape: ([x], { shape }) => tf.reshape(given(x), [...shape]),
  Transpose: ([x], { perm }) => tf.transpose(given(x), [...perm]),
  Unsqueeze: ([x], { axes }) => axes.reduce((open, axis) => tf.expandDims(open, axis), given(x)),
  Squeeze: ([x], { axes }) => tf.squeeze(given(x), [...axes]),
  Expand: ([x], { shape }) => tf.broadcastTo(given(x), [...shape]),
  Concat: (parts, { axis }) => tf.concat([...parts], axis),
  // tf.stridedSlice has no gradient; this picks the elements one by one.
  Slice: ([x], { starts, ends, axes, steps }) =>
    axes.reduce((rest, axis, i) => {
      const step = steps[i] ?? 1;
      const all = Array.from({ length: rest.shape[axis] ?? 0 }, (_, n) => n);
      const [start, end] = [starts[i] ?? 0, ends[i] ?? 0];
      const last = end < -all.length ? -1 : end < 0 ? end + all.length : end;
      const picked = (step < 0 ? all.reverse() : all).filter(
        (n) => (n - start) % step === 0 && (step > 0 ? n >= start && n < last : n <= start && n > last),
      );
      return tf.gather(rest, picked, axis);
    }, given(x)),
  Pad: ([x], { pads }) => pad(given(x), pads),
  Resize: ([x], { scales }) => {
    const size: [number, number] = [(x?.shape[2] ?? 0) * (scales[2] ?? 1), (x?.shape[3] ?? 0) * (scales[3] ?? 1)];
    const pictures = channelsLast(given(x)) as tf.Tensor4D; // of rank 4 in every sample
    return channelsFirst(tf.image.resizeNearestNeighbor(pictures, size));
  },
  Gather: ([data, indices], { axis }) => tf.gather(given(data), tf.cast(given(indices), "int32"), axis),
  // tf.gatherND and tf.scatterND have no gradient; rows of the flattened tensor have.
  GatherND: ([data, indices]) => {
    const { rows, at } = flatRows(given(data), given(indices));
    return tf.gather(rows, at);
  },
  ScatterND: ([data, indices, updates]) => {
    const { at } = flatRows(given(data), given(indices));
    return tf.add(given(data), tf.unsortedSegmentSum(given(updates), at, data?.shape[0] ?? 0));
  },
  ArgMax: ([x], { axis }) => tf.argMax(given(x), axis),
  ReduceSum: ([x], { axes, keepdims }) => tf.sum(given(x), [...axes], keepdims === 1),
  ReduceMean: ([x], { axes, keepdims }) => tf.mean(given(x), [...axes], keepdims === 1),
  ReduceMax: ([x], { axes, keepdims }) => tf.max(given(x), [...axes], keepdims === 1),
  // tf.softmax knows the last axis only.
  Softmax: ([x], { axis }) => {
    const perm = given(x).shape.map((_, a, { length }) => (a === axis ? length - 1 : a === length - 1 ? axis : a));
    return tf.transpose(tf.softmax(tf.transpose(given(x), perm)), perm);
  },
  // The gradient of tf.matMul forgets to sum over broadcast batches.
  MatMul: ([x, y]) => {
    const batches = [given(x), given(y)].map(({ shape }) => shape.slice(0, -2));
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(batches[0] ?? [], batches[1] ?? []);
    const [p, q] = [given(x), given(y)].map((t) => tf.broadcastTo(t, [...batch, ...t.shape.slice(-2)]));
    return tf.matMul(given(p), given(q));
  },
  Gemm: ([x, y, c], { transA, transB }) => {
    const product = tf.matMul(given(x), given(y), transA === 1, transB === 1);
    return c === undefined ? product : tf.add(product, c);
  },
  Conv: ([x, w, bias], attributes) => addBias(convolve(given(x), given(w), attributes), bias),
  ConvTranspose: ([x, w, bias], attributes) => addBias(convolveTransposed(given(x), given(w), attributes), bias),
  LayerNormalization: ([x, scale, bias], { axis, epsilon }) => {
    const axes = given(x).shape.flatMap((_, a) => (a >= axis ? [a] : []));
    return tf.add(tf.mul(normalize(given(x), axes, epsilon), given(scale)), given(bias));
  },
  InstanceNormalization: ([x, scale, bias], { epsilon }) => {
    const axes = given(x).shape.flatMap((_, a) => (a >= 2 ? [a] : []));
    return scaleChannels(normalize(given(x), axes, epsilon), given(scale), given(bias));
  },
  GroupNormalization: ([x, scale, bias], { num_groups, epsilon }) => {
    const grouped = tf.reshape(given(x), [given(x).shape[0] ?? 0, num_groups, -1]);
    return scaleChannels(tf.reshape(normalize(grouped, [2], epsilon), given(x).shape), given(scale), given(bias));
  },
  Gelu: ([x], { approximate }) => {
    const t = given(x);
    const cubic = tf.mul(Math.sqrt(2 / Math.PI), tf.add(t, tf.mul(0.044715, tf.pow(t, 3))));
    const gate = approximate === "tanh" ? tf.tanh(cubic) : tf.erf(tf.div(t, Math.SQRT2));
    return tf.mul(tf.mul(0.5, t), tf.add(1, gate));
  },
  Silu: unary((x) => tf.mul(x, tf.sigmoid(x))),
  QuickGelu: ([x], { alpha }) => tf.mul(given(x), tf.sigmoid(tf.mul(alpha, given(x)))),
  FusedMatMul: ([x, y], { transA, transB }) => tf.matMul(given(x), given(y), transA === 1, transB === 1),
  MultiHeadAttention: ([query, key, value], { num_heads, scale }) => {
    const [q, k, v] = [query, key, value].map((x) => {
      const [batch = 1, rows = 1, width = 1] = given(x).shape;
      return tf.transpose(tf.reshape(given(x), [batch, rows, num_heads, width / num_heads]), [0, 2, 1, 3]);
    });
    const mixed = tf.matMul(tf.softmax(tf.mul(tf.matMul(given(q), given(k), false, true), scale)), given(v));
    const [batch = 1, , rows = 1] = mixed.shape;
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, rows, -1]);
  },
  Attention: ([query, key, value, mask], { scale }) => {
    const [q, k, v] = [given(query), given(key), given(value)];
    const batch = [q.shape[0] ?? 1, q.shape[1] ?? 1];
    const [keys, values] = [k, v].map((t) => tf.broadcastTo(t, [...batch, ...t.shape.slice(2)]));
    const scores = tf.mul(tf.matMul(q, given(keys), false, true), scale);
    return tf.matMul(tf.softmax(mask === undefined ? scores : tf.add(scores, mask)), given(values));
  },
};

describe("every operator and its gradient agree with TensorFlow.js", () => {
  tf.enableProdMode(); // no advertisement for the native binding
  const samples = sampleGraphs();
  // Object.entries forgets that a sample and an equivalent belong to the same operator.
  const sources = new Map<string, Sample<OpName>>(
    (Object.entries(opSamples) as [OpName, readonly Sample<OpName>[]][]).flatMap(([op, list]) =>
      list.map((source, i) => [`${op} ${i}`, source] as const),
    ),
  );
  for (const sample of samples) {
    const source = sources.get(sample.name);
    if (source === undefined) throw new Error(`no sample named ${sample.name}`);
    test(sample.name, () => {
      const equivalent = equivalents[sample.op] as Equivalent<OpName>; // as above
      tf.tidy(() => expectAgreement(sample, (inputs) => equivalent(inputs, source.attributes as never)));
    });
  }
});

function expectAgreement(
  { graph, feeds, differentiable }: SampleGraph,
  f: (inputs: readonly tf.Tensor[]) => tf.Tensor,
): void {
  const numbers = Object.entries(feeds).map(([name, { data }]) => [name, data]);
  const ours = evaluateGraph(graph, Object.fromEntries(numbers));
  const { ct, ...inputs } = feeds;
  const tensors = new Map(Object.entries(inputs).map(([name, input]) => [name, toTensor(input)]));
  const expectClose = (output: string, theirs: tf.Tensor): void => {
    const expected = ours.get(output);
    expect(theirs.shape, output).toEqual(expected?.shape);
    const scale = expected?.data.reduce((largest, n) => Math.max(largest, Math.abs(n)), 1e-3) ?? NaN;
    for (const [i, n] of theirs.dataSync().entries()) {
      expect(Math.abs(n - (expected?.data[i] ?? NaN)) / scale, `${output}[${i}]`).toBeLessThan(1e-5);
    }
  };
  expectClose("y", f([...tensors.values()]));
  if (differentiable.length === 0 || ct === undefined) return;
  const gradients = tf.grads((...moved: tf.Tensor[]) => {
    const all = new Map(tensors);
    for (const [i, name] of differentiable.entries()) all.set(name, given(moved[i]));
    return f([...all.values()]);
  })(
    differentiable.map((name) => given(tensors.get(name))),
    toTensor(ct),
  );
  for (const [i, name] of differentiable.entries()) expectClose(`gradient.${name}`, given(gradients[i]));
}

function toTensor({ dtype, shape, data }: SampleInput): tf.Tensor {
  return tf.tensor([...data], [...shape], dtype === "bool" ? "bool" : dtype === "int64" ? "int32" : "float32");
}

function given(tensor: tf.Tensor | undefined): tf.Tensor {
  if (tensor === undefined) throw new Error("a tensor is missing");
  return tensor;
}

function broadcast(x: tf.Tensor, y: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(x.shape, y.shape);
  return [tf.broadcastTo(x, shape), tf.broadcastTo(y, shape)];
}

/** As tf.split, whose gradient knows no single part. */
function split(x: tf.Tensor, parts: number, axis: number): readonly tf.Tensor[] {
  return parts === 1 ? [x] : tf.split(x, parts, axis);
}

/** Zeros before and after; negative pads drop elements. */
function pad(x: tf.Tensor, pads: readonly number[]): tf.Tensor {
  const sides = x.shape.map((_, axis): [number, number] => [pads[axis] ?? 0, pads[axis + x.rank] ?? 0]);
  const padded = tf.pad(
    x,
    sides.map(([before, after]): [number, number] => [Math.max(before, 0), Math.max(after, 0)]),
  );
  const begin = sides.map(([before]) => Math.max(-before, 0));
  const size = padded.shape.map((n, axis) => n - (begin[axis] ?? 0) - Math.max(-(sides[axis]?.[1] ?? 0), 0));
  return tf.slice(padded, begin, size);
}

/** `data` as rows, and the row of each index of GatherND. */
function flatRows(data: tf.Tensor, indices: tf.Tensor): { readonly rows: tf.Tensor; readonly at: tf.Tensor1D } {
  const depth = indices.shape.at(-1) ?? 0;
  const count = data.shape.slice(0, depth).reduce((product, size) => product * size, 1);
  const flat = [...indices.dataSync()];
  const at = Array.from({ length: flat.length / depth }, (_, block) =>
    data.shape.slice(0, depth).reduce((row, size, k) => row * size + (flat[block * depth + k] ?? NaN), 0),
  );
  return { rows: tf.reshape(data, [count, ...data.shape.slice(depth)]), at: tf.tensor1d(at, "int32") };
}

/** From [batch, …, channels] to [batch, channels, …]. */
function channelsFirst(x: tf.Tensor): tf.Tensor {
  const { rank } = x;
  return tf.transpose(x, [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)]);
}

function channelsLast(x: tf.Tensor): tf.Tensor {
  const { rank } = x;
  return tf.transpose(x, [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1]);
}

/** From [out, in, …kernel] to […kernel, in, out]. */
function kernelFirst(w: tf.Tensor): tf.Tensor {
  return tf.transpose(w, [...Array.from({ length: w.rank - 2 }, (_, axis) => axis + 2), 1, 0]);
}

// Below, `as` tells the rank, which TensorFlow.js has in its types and a transpose forgets.
function convolve(x: tf.Tensor, w: tf.Tensor, { strides, pads, dilations, group }: ConvAttributes): tf.Tensor {
  if (x.rank === 3) {
    // [batch, channels, length] as a picture of width 1
    const [begin = 0, end = 0] = pads;
    const flat = { strides: [...strides, 1], pads: [begin, 0, end, 0], dilations: [...dilations, 1], group };
    return tf.squeeze(convolve(tf.expandDims(x, 3), tf.expandDims(w, 3), flat), [3]);
  }
  const rank = strides.length;
  const padded = pad(x, [0, 0, ...pads.slice(0, rank), 0, 0, ...pads.slice(rank)]);
  const parts = split(padded, group, 1).map((part, g) => {
    const kernel = kernelFirst(dilate(given(split(w, group, 0)[g]), dilations));
    if (rank === 2) return tf.conv2d(channelsLast(part) as tf.Tensor4D, kernel as tf.Tensor4D, pair(strides), "valid");
    return tf.conv3d(channelsLast(part) as tf.Tensor5D, kernel as tf.Tensor5D, triple(strides), "valid");
  });
  return channelsFirst(tf.concat(parts, rank + 1));
}

function convolveTransposed(x: tf.Tensor, w: tf.Tensor, attributes: Attributes<"ConvTranspose">): tf.Tensor {
  const { strides, pads, dilations, group, output_padding } = attributes;
  const parts = split(x, group, 1).map((part, g) => {
    // w is [in, out, …kernel], which makes [height, width, out, in] as TensorFlow.js wants it.
    const kernel = kernelFirst(dilate(given(split(w, group, 0)[g]), dilations)) as tf.Tensor4D;
    const [batch = 0, , ...spatial] = part.shape;
    const [height = 0, width = 0] = spatial.map(
      (n, axis) => (n - 1) * (strides[axis] ?? 1) + (kernel.shape[axis] ?? 0),
    );
    const shape: [number, number, number, number] = [batch, height, width, kernel.shape[2]];
    return tf.conv2dTranspose(channelsLast(part) as tf.Tensor4D, kernel, shape, pair(strides), "valid");
  });
  const cut = pads.map((n, i) => (i < 2 ? -n : (output_padding[i - 2] ?? 0) - n));
  return pad(channelsFirst(tf.concat(parts, 3)), [0, 0, ...cut.slice(0, 2), 0, 0, ...cut.slice(2)]);
}

/** Zeros between the taps of a kernel: TensorFlow.js has no gradient for dilations. */
function dilate(w: tf.Tensor, dilations: readonly number[]): tf.Tensor {
  return dilations.reduce((kernel, dilation, i) => {
    if (dilation === 1) return kernel;
    const axis = i + 2;
    const [before, taps, after] = [kernel.shape.slice(0, axis), kernel.shape[axis] ?? 0, kernel.shape.slice(axis + 1)];
    const open = tf.expandDims(kernel, axis + 1);
    const spread = tf.pad(
      open,
      open.shape.map((_, a): [number, number] => [0, a === axis + 1 ? dilation - 1 : 0]),
    );
    const flat = tf.reshape(spread, [...before, taps * dilation, ...after]);
    return tf.slice(
      flat,
      flat.shape.map(() => 0),
      [...before, (taps - 1) * dilation + 1, ...after],
    );
  }, w);
}

function pair([a = 1, b = 1]: readonly number[]): [number, number] {
  return [a, b];
}

function triple([a = 1, b = 1, c = 1]: readonly number[]): [number, number, number] {
  return [a, b, c];
}

function addBias(y: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  return bias === undefined ? y : tf.add(y, perChannel(bias, y.rank));
}

function scaleChannels(x: tf.Tensor, scale: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(x, perChannel(scale, x.rank)), perChannel(bias, x.rank));
}

function perChannel(vector: tf.Tensor, rank: number): tf.Tensor {
  return tf.reshape(
    vector,
    Array.from({ length: rank }, (_, axis) => (axis === 1 ? -1 : 1)),
  );
}

function normalize(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
  const { mean, variance } = tf.moments(x, axes, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
}
