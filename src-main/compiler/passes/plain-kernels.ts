// Gradients of convolutions by kernels as they lie in their files: a kernel that is turned round is a copy of it, which must be made when a
// session is loaded and takes memory as long as it lives.

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Node, Value } from "../graph.ts";
import { turnedFrom } from "../ops/turned-kernel.ts";
import { at } from "../shapes.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Convolutions by turned kernels become transposed ones by the plain kernels where the kernel is larger than the image. They take longer,
 * by what docs/benchmarks.md says; a small kernel does not take the memory that would make up for it.
 *
 * @param graph as `optimize` leaves it
 */
export function usePlainKernels(graph: Graph): Graph {
  return rewrite(graph, (b, { op, attributes }, [x, w, bias]) => {
    if (op !== "Conv" || !x || !w || elementCount(w.shape) <= elementCount(x.shape)) return null;
    const plain = turnedFrom(b, w);
    return plain === null ? null : convolveTransposed(b, attributes, [x, plain, bias ?? null]);
  });
}

/** @returns `null` where no transposed convolution gives the same: such a convolution is no gradient */
function convolveTransposed(
  b: GraphBuilder,
  attributes: Node["attributes"],
  inputs: readonly [x: Value, w: Value, bias: Value | null],
): Value | null {
  const [strides, dilations] = [listOf(attributes, "strides"), listOf(attributes, "dilations")];
  const [, { shape }] = inputs;
  // What a gradient's convolution has too much of padding, the convolution that it is the gradient of has too little.
  const pads = listOf(attributes, "pads").map((pad, i) => {
    const axis = i % dilations.length;
    return at(dilations, axis) * (at(shape, axis + 2) - 1) - pad;
  });
  const isGradient = attributes["group"] === 1 && strides.every((n) => n === 1) && pads.every((pad) => pad >= 0);
  const output_padding = strides.map(() => 0);
  return isGradient ? b.op("ConvTranspose", inputs, { strides, pads, dilations, group: 1, output_padding }) : null;
}

function listOf(attributes: Node["attributes"], name: "strides" | "dilations" | "pads"): readonly number[] {
  const value = attributes[name];
  if (typeof value !== "object") throw new Error(`a Conv without ${name}`);
  return value;
}
