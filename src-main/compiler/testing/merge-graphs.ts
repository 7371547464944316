// Many graphs as one, side by side, so that one session runs them all.

import { valueOf, type Graph, type Value } from "../graph.ts";
import { GraphBuilder } from "../graph-builder.ts";

/** @param graphs by a name that is put before the names of its inputs and outputs: `Add 0/y` */
export function mergeGraphs(graphs: ReadonlyMap<string, Graph>): Graph {
  const b = new GraphBuilder();
  for (const [prefix, graph] of graphs) append(b, `${prefix}/`, graph);
  return b.build();
}

function append(b: GraphBuilder, prefix: string, graph: Graph): void {
  if (graph.weights.size > 0) throw new Error("weights have the names of their files, which a prefix would change");
  const copies = new Map<string, Value>();
  for (const { name, dtype, shape } of graph.inputs) copies.set(name, b.input(`${prefix}${name}`, dtype, shape));
  for (const [name, { dtype, shape, data }] of graph.constants) copies.set(name, b.constant(dtype, shape, data));
  const find = (name: string): Value => {
    const copy = copies.get(name);
    if (copy === undefined) throw new Error(`${valueOf(graph, name).name} is used before it is made`);
    return copy;
  };
  for (const { op, inputs, output, attributes } of graph.nodes) {
    copies.set(output, b.append(op, inputs.map((name) => (name === null ? null : find(name))), attributes));
  }
  for (const [name, value] of graph.outputs) b.output(`${prefix}${name}`, find(value.name));
}
