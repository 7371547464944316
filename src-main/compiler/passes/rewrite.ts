// Copies a graph operator by operator, letting a pass put something else in an operator's place.

import { GraphBuilder } from "../graph-builder.ts";
import { valueOf, type Graph, type Node, type Value } from "../graph.ts";

/**
 * @param replace is given an operator with its inputs in the new graph, and returns what stands for its result there,
 * or `null` to copy the operator as it is.
 */
export function rewrite(
  graph: Graph,
  replace: (b: GraphBuilder, node: Node, inputs: readonly (Value | null)[]) => Value | null,
): Graph {
  const b = new GraphBuilder();
  if (graph.imported) b.markImported();
  const renamed = new Map<string, Value>();
  const used = usedNames(graph);
  for (const { name, dtype, shape } of graph.inputs) renamed.set(name, b.input(name, dtype, shape));
  for (const [name, weight] of graph.weights) if (used.has(name)) renamed.set(name, b.storedWeight(name, weight));
  for (const [name, constant] of graph.constants) {
    if (!used.has(name)) continue;
    const { dtype, shape, data } = constant;
    renamed.set(name, shape.length === 0 ? b.scalar(data[0] ?? NaN, dtype) : b.constant(dtype, shape, data));
  }
  const find = (name: string): Value => {
    const value = renamed.get(name);
    if (value === undefined) throw new Error(`${name} is used before it is made`);
    return value;
  };
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === null ? null : find(name)));
    renamed.set(node.output, replace(b, node, inputs) ?? b.append(node.op, inputs, node.attributes));
  }
  for (const [name, value] of graph.outputs) b.output(name, find(value.name));
  return b.build();
}

/** Of what an operator or an output reads. */
export function usedNames(graph: Graph): ReadonlySet<string> {
  const used = new Set<string>([...graph.outputs.values()].map((value) => value.name));
  for (const node of graph.nodes) for (const name of node.inputs) if (name !== null) used.add(name);
  return used;
}

/** The operators whose result an output depends on, in order. */
export function liveNodes(graph: Graph): Node[] {
  const needed = new Set<string>([...graph.outputs.values()].map((value) => valueOf(graph, value.name).name));
  const live: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    live.push(node);
    for (const name of node.inputs) if (name !== null) needed.add(name);
  }
  return live.reverse();
}
