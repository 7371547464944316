// A 3×3 convolution of an image whose pixels were doubled multiplies most of them several times by different weights. Sums of those weights,
// made once, do with 4 products where there were 9.

import { elementCount, sameShape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import { countReads, type Graph, type Node, type Value } from "../graph.ts";
import { at } from "../shapes.ts";
import { isList, isPlain3x3 } from "./plain-convolution.ts";
import { liveNodes, rewrite } from "./rewrite.ts";

export function mergeUpsampling(graph: Graph): Graph {
  const reads = countReads(graph, liveNodes(graph));
  const producers = new Map(graph.nodes.map((node) => [node.output, node]));
  /** Whether what `node` reads, seen in another shape, is read by nobody else. */
  const isReadOnce = (node: Node): boolean => {
    const [full = null] = producers.get(node.inputs[0] ?? "")?.inputs ?? [];
    return full !== null && reads.get(full) === 1;
  };
  return rewrite(graph, (b, node, inputs) => {
    if (node.op === "Conv") return mergeForward(b, node, inputs);
    return node.op === "ReduceSum" && isReadOnce(node) ? mergeBackward(b, node, inputs) : null;
  });
}

/**
 * Conv(Resize(x)) as four 2×2 convolutions of x, one for each place (row, column) within a doubled pixel, whose results are interleaved:
 * row 2i of the result reads rows i − 1, i, i of x, row 2i + 1 rows i, i, i + 1.
 */
function mergeForward(
  b: GraphBuilder,
  { attributes }: Node,
  [resized, w, bias]: readonly (Value | null)[],
): Value | null {
  const resize = b.producer(resized);
  if (resize?.op !== "Resize" || !doubles(resize) || !isPlain3x3(attributes, w)) return null;
  const x = b.value(resize.inputs[0] ?? "");
  if (!pays(w, elementCount(x.shape) / at(x.shape, 1))) return null;
  const [batch, out, height, width] = [at(x.shape, 0), at(w.shape, 0), at(x.shape, 2), at(x.shape, 3)];
  const rows = [0, 1].map((row) => {
    const columns = [0, 1].map((column) => {
      const kernel = sumTaps(
        b,
        w,
        2,
        (from, to) => READS[row]?.[from[0]] === to[0] && READS[column]?.[from[1]] === to[1],
      );
      const pads = [1 - row, 1 - column, row, column];
      const part = b.op("Conv", [x, kernel, bias ?? null], { strides: [1, 1], pads, dilations: [1, 1], group: 1 });
      return b.reshape(part, [...part.shape, 1]);
    });
    return b.reshape(b.concat(columns, 4), [batch, out, height, 1, 2 * width]);
  });
  return b.reshape(b.concat(rows, 3), [batch, out, 2 * height, 2 * width]);
}

/** Which of the two rows of a merged kernel takes over each of the three rows, for even and for odd rows of the result. */
const READS = [
  [0, 1, 1],
  [0, 0, 1],
] as const;

/**
 * The way back: the sum over each doubled pixel of Conv(ct) as one 4×4 convolution of ct at stride 2. Where Conv gives
 * y[p] = Σₖ w[k]·ct[p + k − 1], y[2i] + y[2i + 1] reads ct[2i − 1 … 2i + 2].
 */
function mergeBackward(b: GraphBuilder, node: Node, [split]: readonly (Value | null)[]): Value | null {
  const reshape = b.producer(split);
  if (reshape?.op !== "Reshape") return null;
  const full = b.value(reshape.inputs[0] ?? "");
  const conv = b.producer(full);
  if (conv?.op !== "Conv" || conv.inputs[2] !== null) return null;
  const [ct, w] = [b.value(conv.inputs[0] ?? ""), b.value(conv.inputs[1] ?? "")];
  const pairs = full.shape.flatMap((size, axis) => (axis < 2 ? [size] : [size / 2, 2]));
  const isSumOfPairs = sameShape(b.value(reshape.output).shape, pairs) && isList(node.attributes["axes"], [3, 5]);
  if (!isSumOfPairs || !isPlain3x3(conv.attributes, w) || !pays(w, elementCount(ct.shape) / at(ct.shape, 1) / 4))
    return null;
  const kernel = sumTaps(b, w, 4, (from, to) => from.every((tap, axis) => [0, 1].includes(at(to, axis) - tap)));
  const sums = b.op("Conv", [ct, kernel, null], { strides: [2, 2], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 });
  return node.attributes["keepdims"] === 0 ? sums : b.op("Unsqueeze", [sums], { axes: [3, 5] });
}

type Tap = readonly [row: number, column: number];

/** [out, in, 3, 3] → [out, in, size, size], every weight the sum of those that `goes` sends there, as one matrix product. */
function sumTaps(b: GraphBuilder, w: Value, size: number, goes: (from: Tap, to: Tap) => boolean): Value {
  const matrix = Array.from({ length: 9 * size * size }, (_, i) => {
    const [from, to] = [Math.floor(i / size ** 2), i % size ** 2];
    return Number(goes([Math.floor(from / 3), from % 3], [Math.floor(to / size), to % size]));
  });
  const [out, channels] = [at(w.shape, 0), at(w.shape, 1)];
  const sums = b.matmul(b.reshape(w, [out * channels, 9]), b.constant("float32", [9, size ** 2], matrix));
  return b.reshape(sums, [out, channels, size, size]);
}

/** Merged kernels are a copy of weights that else were pages of a file: not where they take more memory than the doubled image. */
function pays(w: Value, places: number): boolean {
  return places >= 4 * at(w.shape, 1);
}

function doubles({ attributes }: Node): boolean {
  return isList(attributes["scales"], [1, 1, 2, 2]);
}
