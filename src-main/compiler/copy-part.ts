// A part of a graph in another one: what computes some values, from others that are given.

import type { GraphBuilder } from "./graph-builder.ts";
import { valueOf, type Graph, type Node, type Value } from "./graph.ts";

export interface CopiedPart {
  /** What stands for a value of the graph in the copy. @throws Error for one that was not needed */
  readonly of: (value: Pick<Value, "name">) => Value;
}

/**
 * Appends to `b` the operators that `wanted` depend on.
 * @param given by name, what takes the place of a value: nothing that computes it is copied
 * @param input makes what takes the place of an input that is needed and not given
 */
export function copyPart(
  b: GraphBuilder,
  graph: Graph,
  wanted: readonly Pick<Value, "name">[],
  given: ReadonlyMap<string, Value>,
  input: (value: Value) => Value = ({ name, dtype, shape }) => b.input(name, dtype, shape),
): CopiedPart {
  const { nodes, needed } = partOf(graph, wanted, new Set(given.keys()));
  if (graph.imported) b.markImported();
  const copied = new Map(given);
  for (const value of graph.inputs) if (needed.has(value.name)) copied.set(value.name, input(value));
  for (const [name, weight] of graph.weights) if (needed.has(name)) copied.set(name, b.storedWeight(name, weight));
  for (const [name, { dtype, shape, data }] of graph.constants) {
    if (!needed.has(name)) continue;
    copied.set(name, shape.length === 0 ? b.scalar(data[0] ?? NaN, dtype) : b.constant(dtype, shape, data));
  }
  const find = (name: string): Value => {
    const value = copied.get(name);
    if (value === undefined) throw new Error(`${name} is used before it is made`);
    return value;
  };
  for (const { op, inputs, output, attributes } of nodes) {
    const sources = inputs.map((name) => (name === null ? null : find(name)));
    copied.set(output, b.append(op, sources, attributes));
  }
  return { of: ({ name }) => find(name) };
}

/** The operators that `wanted` need, in order, and the names of all that these read and that is not given. */
export function partOf(
  graph: Graph,
  wanted: readonly Pick<Value, "name">[],
  given: ReadonlySet<string>,
): { readonly nodes: readonly Node[]; readonly needed: ReadonlySet<string> } {
  const needed = new Set(wanted.map(({ name }) => valueOf(graph, name).name).filter((name) => !given.has(name)));
  const nodes: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    nodes.push(node);
    for (const name of node.inputs) if (name !== null && !given.has(name)) needed.add(name);
  }
  return { nodes: nodes.reverse(), needed };
}
