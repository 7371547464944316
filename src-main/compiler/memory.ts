// How much memory a graph takes on the CPU, foreseen from its shapes: the same moves as onnxruntime's own planner.

import { byteCount, elementCount, printType, type TensorType } from "../common/tensor.ts";
import { executionOrder } from "./execution-order.ts";
import { countReads, valueOf, type ExternalWeight, type Graph, type Node } from "./graph.ts";
import { fixedValues, takeOutMoved } from "./moved-weights.ts";
import type { OpName } from "./op-list.ts";
import { at } from "./shapes.ts";

export interface MemoryEstimate {
  /** Weights that are read where they lie, as pages of their files. Other sessions may read the same pages. */
  readonly mapped: readonly ExternalWeight[];
  /** Bytes of what is computed from weights once, when they are loaded: half floats widened, kernels turned round. */
  readonly folded: number;
  /** Bytes while that is done: what onnxruntime computes, it keeps with the steps in between to the end. */
  readonly loading: number;
  /**
   * Bytes at the moment of a run when most results are needed, with what the operator of that moment works in, the
   * inputs, and the outputs once more as the caller gets them.
   */
  readonly activations: number;
}

/** @param graph as `optimize` leaves it */
export function estimateMemory(whole: Graph): MemoryEstimate {
  const { graph, moved } = takeOutMoved(whole);
  const fixed = new Set([...fixedValues(graph), ...moved.keys()]);
  const running = executionOrder(graph).filter(({ output }) => !fixed.has(output));
  const read = new Set(running.flatMap(({ inputs }) => inputs));
  const computed = graph.nodes.filter(({ output }) => fixed.has(output)).map(({ output }) => valueOf(graph, output));
  const copied = sumBytes([...moved.keys()].map((name) => valueOf(graph, name)));
  return {
    mapped: [...graph.weights].flatMap(([name, weight]) => (read.has(name) ? [weight] : [])),
    folded: copied + sumBytes(computed.filter(({ name }) => read.has(name))),
    loading: copied + sumBytes(computed),
    activations: peakOf(graph, running, fixed) + sumBytes(whole.inputs) + sumBytes([...graph.outputs.values()]),
  };
}

/** Bytes of their files that weights lie in: those that several read, by other shapes or in other sessions, count once. */
export function weightBytes(weights: Iterable<ExternalWeight>): number {
  const places = new Map<string, number>();
  for (const { file, offset, length } of weights) places.set(`${file} ${offset}`, length);
  return [...places.values()].reduce((sum, length) => sum + length, 0);
}

/**
 * Bytes that a run takes at the least: what the largest operator reads and writes. It costs nothing to know even of a graph whose
 * macros would expand to millions of operators, because it is meant for far more memory than there is.
 */
export function leastMemory(graph: Graph): number {
  const fixed = fixedValues(graph);
  const bytesOf = ({ op, inputs, output }: Node): number => {
    const read = new Set(inputs.filter((name): name is string => name !== null && !fixed.has(name)));
    const inPlace = VIEWS.has(op) || OVERWRITES.has(op);
    return sumBytes([...read, ...(inPlace ? [] : [output])].map((name) => valueOf(graph, name)));
  };
  return graph.nodes.reduce((most, node) => (fixed.has(node.output) ? most : Math.max(most, bytesOf(node))), 0);
}

function sumBytes(types: readonly TensorType[]): number {
  return types.reduce((sum, type) => sum + byteCount(type), 0);
}

/** A piece of memory that results lie in, one after the other. */
interface Buffer {
  /** Data type and shape, as printed. */
  readonly kind: string;
  readonly bytes: number;
  readonly first: number;
  last: number;
  /** How often what lies in it will still be read; results of the graph once more, for good. */
  reads: number;
}

/**
 * onnxruntime takes a buffer for a result in one of four ways: it looks at the same memory (Reshape), writes over its
 * input if nobody else reads that, takes over a buffer of the same shape that has become free, or gets a new one. A buffer
 * that will be taken over is not given back in between.
 */
function peakOf(graph: Graph, order: readonly Node[], fixed: ReadonlySet<string>): number {
  const outside = new Set([...fixed, ...graph.inputs.map(({ name }) => name)]);
  const reads = countReads(graph, order);
  const buffers: Buffer[] = [];
  const holders = new Map<string, Buffer>();
  // By what they can hold: the one that became free last at the end.
  const free = new Map<string, Buffer[]>();
  for (const [moment, node] of order.entries()) {
    const type = valueOf(graph, node.output);
    const [first = null] = node.inputs;
    if (VIEWS.has(node.op) && first !== null && outside.has(first)) {
      outside.add(node.output);
      continue;
    }
    const held = first === null ? undefined : holders.get(first);
    const kind = printType(type);
    const isOverwritten = OVERWRITES.has(node.op) && held?.reads === 1 && held.kind === kind;
    const buffer = (VIEWS.has(node.op) || isOverwritten ? held : undefined) ??
      free.get(kind)?.pop() ?? { kind, bytes: byteCount(type), first: moment, last: moment, reads: 0 };
    if (buffer.first === moment) buffers.push(buffer);
    holders.set(node.output, buffer);
    buffer.reads += reads.get(node.output) ?? 0;
    buffer.last = moment;
    for (const name of node.inputs) {
      const read = name === null ? undefined : holders.get(name);
      if (read === undefined) continue;
      read.last = moment;
      if (--read.reads !== 0) continue;
      const alike = free.get(read.kind) ?? [];
      free.set(read.kind, alike);
      alike.push(read);
    }
  }
  for (const { name } of graph.outputs.values()) {
    const held = holders.get(name);
    if (held !== undefined) held.last = order.length;
  }
  return highestSum(
    buffers,
    order.map((node) => workspace(graph, node)),
  );
}

function highestSum(buffers: readonly Buffer[], own: readonly number[]): number {
  const change = new Float64Array(own.length + 2);
  for (const { bytes, first, last } of buffers) {
    change[first] = (change[first] ?? 0) + bytes;
    change[last + 1] = (change[last + 1] ?? 0) - bytes;
  }
  let [live, peak] = [0, 0];
  for (const [moment, extra] of own.entries()) {
    live += change[moment] ?? 0;
    peak = Math.max(peak, live + extra);
  }
  return peak;
}

const VIEWS: ReadonlySet<OpName> = new Set<OpName>(["Reshape", "Squeeze", "Unsqueeze", "Identity"]);

/** Operators that write their result over their first input; as measured, onnxruntime 1.30 has no others that matter. */
const OVERWRITES: ReadonlySet<OpName> = new Set<OpName>(["Sigmoid", "Tanh", "Relu", "Clip", "Softmax"]);

/** Bytes that an operator takes for itself while it runs. */
function workspace(graph: Graph, { op, inputs, output, attributes }: Node): number {
  const [x, w] = inputs.map((name): TensorType | null => (name === null ? null : valueOf(graph, name)));
  if (x === null || x === undefined || w === null || w === undefined) return 0;
  const out = valueOf(graph, output);
  const window = elementCount(w.shape.slice(1));
  if (op === "Conv") {
    const places = elementCount(out.shape.slice(2));
    // MLAS unfolds the whole picture only where it has fewer places than there are kernels, and else piece by piece.
    return window > at(w.shape, 1) && at(w.shape, 0) > places ? 4 * window * places : 0;
  }
  if (op === "ConvTranspose") return 4 * window * elementCount(x.shape.slice(2));
  if (op === "MultiHeadAttention") {
    // Copies with the heads in front, and the probabilities, which are written where the size of a core's cache is not known.
    const probabilities = 4 * Number(attributes["num_heads"]) * at(x.shape, 0) * at(x.shape, 1) * at(w.shape, 1);
    return probabilities + sumBytes(inputs.map((name) => valueOf(graph, name ?? "")));
  }
  return 0;
}
