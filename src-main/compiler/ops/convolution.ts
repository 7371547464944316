// Convolution over any number of spatial axes: x [batch, channels, …], w [out, channels / group, …kernel].

import { elementCount, type Shape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Constant, Value } from "../graph.ts";
import type { ConvAttributes } from "../op-list.ts";
import type { OpRules } from "../op-rule.ts";
import { at, axesFrom, forEachIndex, stridesOf } from "../shapes.ts";
import { turnKernel } from "./turned-kernel.ts";

export const convolution: OpRules<"Conv" | "ConvTranspose"> = {
  Conv: {
    half: "always",
    infer: ([x, w], attributes) => {
      if (at(x.shape, 1) !== at(w.shape, 1) * attributes.group) {
        throw new Error(`Conv of [${x.shape.join(", ")}] with weights [${w.shape.join(", ")}]`);
      }
      const spatial = x.shape.slice(2).map((size, axis) => outputSize(size, at(w.shape, axis + 2), axis, attributes));
      return { dtype: x.dtype, shape: [at(x.shape, 0), at(w.shape, 0), ...spatial] };
    },
    vjp: ({ b, inputs: [x, w, bias], ct, attributes }) => [
      inputGradient(b, x, w, ct, attributes),
      weightGradient(b, x, w.shape, ct, attributes),
      bias === null ? null : b.sum(ct, [0, ...axesFrom(2, ct.shape.length)], 0),
    ],
    evaluate: ([x, w, bias], attributes, { shape }) => {
      const out = new Float64Array(elementCount(shape));
      if (bias !== null) addBias(out, bias, shape);
      forEachTap(x, w, shape, attributes, (input, weight, output) => {
        out[output] = (out[output] ?? NaN) + (x.data[input] ?? NaN) * (w.data[weight] ?? NaN);
      });
      return out;
    },
  },
  ConvTranspose: {
    half: "always",
    // The input gradient of Conv as an operator: w [channels, out / group, …kernel].
    infer: ([x, w], attributes) => {
      const { strides, pads, dilations, group, output_padding } = attributes;
      if (at(x.shape, 1) !== at(w.shape, 0)) {
        throw new Error(`ConvTranspose of [${x.shape.join(", ")}] with weights [${w.shape.join(", ")}]`);
      }
      const rank = strides.length;
      const spatial = strides.map((stride, axis) => {
        const reach = at(dilations, axis) * (at(w.shape, axis + 2) - 1) + 1;
        const cut = at(pads, axis) + at(pads, axis + rank);
        return stride * (at(x.shape, axis + 2) - 1) + at(output_padding, axis) + reach - cut;
      });
      return { dtype: x.dtype, shape: [at(x.shape, 0), at(w.shape, 1) * group, ...spatial] };
    },
    vjp: ({ b, inputs: [x, w, bias], ct, attributes: { strides, pads, dilations, group } }) => {
      const conv = { strides, pads, dilations, group };
      return [
        // Output padding gives a last window that starts in it; Conv would give one element more.
        cropTo(b, b.op("Conv", [ct, w, null], conv), x.shape),
        weightGradient(b, ct, w.shape, x, conv),
        bias === null ? null : b.sum(ct, [0, ...axesFrom(2, ct.shape.length)], 0),
      ];
    },
    evaluate: ([x, w, bias], attributes, { shape }) => {
      const out = new Float64Array(elementCount(shape));
      if (bias !== null) addBias(out, bias, shape);
      forEachTap({ shape }, w, x.shape, attributes, (output, weight, input) => {
        out[output] = (out[output] ?? NaN) + (x.data[input] ?? NaN) * (w.data[weight] ?? NaN);
      });
      return out;
    },
  },
};

function outputSize(size: number, kernel: number, axis: number, { strides, pads, dilations }: ConvAttributes): number {
  const reach = at(dilations, axis) * (kernel - 1) + 1;
  return Math.floor((size + at(pads, axis) + at(pads, axis + strides.length) - reach) / at(strides, axis)) + 1;
}

/**
 * At stride 1 this is a convolution with the kernel turned round, which onnxruntime runs faster than ConvTranspose.
 */
function inputGradient(b: GraphBuilder, x: Value, w: Value, ct: Value, attributes: ConvAttributes): Value {
  const { strides, pads, dilations, group } = attributes;
  const rank = strides.length;
  const kernel = w.shape.slice(2);
  const reach = kernel.map((size, axis) => at(dilations, axis) * (size - 1));
  const turnedPads = pads.map((pad, i) => at(reach, i % rank) - pad);
  if (group === 1 && strides.every((stride) => stride === 1) && turnedPads.every((pad) => pad >= 0)) {
    return b.op("Conv", [ct, turnKernel(b, w), null], { strides, pads: turnedPads, dilations, group });
  }
  const output_padding = strides.map((stride, axis) => {
    const covered = stride * (at(ct.shape, axis + 2) - 1) + at(reach, axis) + 1;
    return at(x.shape, axis + 2) + at(pads, axis) + at(pads, axis + rank) - covered;
  });
  return b.op("ConvTranspose", [ct, w, null], { strides, pads, dilations, group, output_padding });
}

/**
 * Batch and channels change places: dw[o, c, k] = Σₙ Σₚ x[n, c, stride·p + dilation·k − pad] · ct[n, o, p]
 * is a convolution of xᵀ [c, n, …] with ctᵀ [o, n, …] in which stride and dilation change places too.
 */
function weightGradient(b: GraphBuilder, x: Value, wShape: Shape, ct: Value, attributes: ConvAttributes): Value {
  const { strides, pads, dilations, group } = attributes;
  const rank = strides.length;
  const swap = [1, 0, ...axesFrom(2, rank + 2)];
  const perGroup = (value: Value, g: number): Value => {
    const size = at(value.shape, 1) / group;
    return b.slice(value, 1, g * size, (g + 1) * size);
  };
  const parts = Array.from({ length: group }, (_, g) => {
    const full = b.op("Conv", [b.transpose(perGroup(x, g), swap), b.transpose(perGroup(ct, g), swap), null], {
      strides: dilations,
      pads,
      dilations: strides,
      group: 1,
    });
    // Input beyond the last window gives taps that the kernel does not have.
    return b.transpose(cropTo(b, full, [...full.shape.slice(0, 2), ...wShape.slice(2)]), swap);
  });
  return b.concat(parts, 0);
}

function cropTo(b: GraphBuilder, value: Value, shape: Shape): Value {
  return axesFrom(2, shape.length).reduce((cropped, axis) => b.slice(cropped, axis, 0, at(shape, axis)), value);
}

function addBias(out: Float64Array, bias: Constant, shape: Shape): void {
  forEachIndex(shape, (index, position) => (out[position] = bias.data[at(index, 1)] ?? NaN));
}

/** Every product of a convolution: positions of the input element, the weight and the output element. */
function forEachTap(
  x: { readonly shape: Shape },
  w: { readonly shape: Shape },
  outputShape: Shape,
  { strides, pads, dilations, group }: ConvAttributes,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const [xStrides, wStrides] = [stridesOf(x.shape), stridesOf(w.shape)];
  const [channels, outPerGroup] = [at(w.shape, 1), at(outputShape, 1) / group];
  forEachIndex(outputShape, (output, position) => {
    const [batch, out] = [at(output, 0), at(output, 1)];
    const firstChannel = Math.floor(out / outPerGroup) * channels;
    forEachIndex(w.shape.slice(1), (tap) => {
      const channel = at(tap, 0);
      let input = batch * at(xStrides, 0) + (firstChannel + channel) * at(xStrides, 1);
      let weight = out * at(wStrides, 0) + channel * at(wStrides, 1);
      for (let axis = 0; axis < strides.length; axis++) {
        const k = at(tap, axis + 1);
        const from = at(output, axis + 2) * at(strides, axis) + k * at(dilations, axis) - at(pads, axis);
        if (from < 0 || from >= at(x.shape, axis + 2)) return;
        input += from * at(xStrides, axis + 2);
        weight += k * at(wStrides, axis + 2);
      }
      visit(input, weight, position);
    });
  });
}
