// Weights that a graph reads in another order or widened: kernels turned round for the way back, half floats. Left to onnxruntime, each step
// of that is a copy of its own; one reading of the file does all of it.

import type { DataType, Shape } from "../common/tensor.ts";
import { type ExternalWeight, type Graph, type Node, valueOf } from "./graph.ts";
import { sliceRanges } from "./ops/movement.ts";
import { removeDead } from "./passes/remove-dead.ts";
import { at, stridesOf } from "./shapes.ts";

/** As float32: its element [i₀, i₁, …] is the element `start` + Σ iₐ · stridesₐ of the weight as it lies in its file. */
export interface MovedWeight {
  readonly weight: ExternalWeight;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly start: number;
}

export interface TakenOut {
  /** Reads each of the moved weights as an input of that name. */
  readonly graph: Graph;
  readonly moved: ReadonlyMap<string, MovedWeight>;
}

/** @param graph as `optimize` leaves it */
export function takeOutMoved(graph: Graph): TakenOut {
  const moved = findMoved(graph);
  const inputs = [...graph.inputs, ...[...moved.keys()].map((name) => valueOf(graph, name))];
  const nodes = graph.nodes.filter(({ output }) => !moved.has(output));
  return { graph: removeDead({ ...graph, inputs, nodes }), moved };
}

/** What does not change between runs: weights, constants, and all that is computed from them alone. */
export function fixedValues(graph: Graph): ReadonlySet<string> {
  const fixed = new Set([...graph.weights.keys(), ...graph.constants.keys()]);
  for (const { inputs, output } of graph.nodes) {
    if (inputs.every((name) => name === null || fixed.has(name))) fixed.add(output);
  }
  return fixed;
}

/** Those that something reads that changes between runs; what else is computed from weights is left to the runtime. */
function findMoved(graph: Graph): ReadonlyMap<string, MovedWeight> {
  const views = new Map<string, MovedWeight>();
  for (const [name, weight] of graph.weights) {
    if (WIDENED.has(weight.dtype))
      views.set(name, { weight, shape: weight.shape, strides: stridesOf(weight.shape), start: 0 });
  }
  for (const node of graph.nodes) {
    const [source = null, ...others] = node.inputs;
    const view = source === null || others.length > 0 ? undefined : views.get(source);
    const moved = view === undefined ? null : move(view, node, valueOf(graph, node.output).shape);
    if (moved !== null) views.set(node.output, moved);
  }
  const fixed = fixedValues(graph);
  const running = graph.nodes.filter(({ output }) => !fixed.has(output));
  const read = new Set(running.flatMap(({ inputs }) => inputs));
  return new Map([...views].filter(([name, view]) => read.has(name) && !graph.weights.has(name) && isCopy(view)));
}

/** Element types that become float32 without loss. */
const WIDENED: ReadonlySet<DataType> = new Set<DataType>(["float32", "float16", "bfloat16"]);

function isCopy({ weight, shape, strides }: MovedWeight): boolean {
  return weight.dtype !== "float32" || !isInOrder(shape, strides);
}

function isInOrder(shape: Shape, strides: readonly number[]): boolean {
  const plain = stridesOf(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === plain[axis]);
}

/** @returns `null` for an operator that does more than to move and widen, or that this order of elements cannot be read by */
function move(view: MovedWeight, { op, attributes }: Node, shape: Shape): MovedWeight | null {
  const list = (name: string): readonly number[] => {
    const value = attributes[name];
    return typeof value === "object" ? value : [];
  };
  switch (op) {
    case "Cast":
      return attributes["to"] === "float32" ? view : null;
    case "Transpose":
      return { ...view, shape, strides: list("perm").map((axis) => at(view.strides, axis)) };
    case "Slice": {
      const parts = { starts: list("starts"), ends: list("ends"), axes: list("axes"), steps: list("steps") };
      const ranges = sliceRanges(view.shape, parts);
      return {
        ...view,
        shape,
        strides: ranges.map(({ step }, axis) => step * at(view.strides, axis)),
        start: ranges.reduce((sum, { start }, axis) => sum + start * at(view.strides, axis), view.start),
      };
    }
    case "Reshape":
      return isInOrder(view.shape, view.strides) ? { ...view, shape, strides: stridesOf(shape) } : null;
    default:
      return null;
  }
}
