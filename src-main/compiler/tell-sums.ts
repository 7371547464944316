// A graph that tells of some of its results nothing but their sums, for those that are not looked at: a sum is finite if all of it is.

import { elementCount } from "../common/tensor.ts";
import { copyPart } from "./copy-part.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Graph } from "./graph.ts";

export const sumOf = (output: string): string => `${output}, summed`;

/** The same with an output more, a single number, for each of these outputs. */
export function tellSums(graph: Graph, outputs: readonly string[]): Graph {
  const b = new GraphBuilder();
  const { of } = copyPart(b, graph, [...graph.outputs.values()], new Map());
  for (const [name, value] of graph.outputs) b.output(name, of(value));
  for (const name of outputs) {
    const value = graph.outputs.get(name);
    if (value === undefined) throw new Error(`the graph gives no ${name}`);
    b.output(sumOf(name), b.sum(b.reshape(of(value), [elementCount(value.shape)]), [0], 0));
  }
  return b.build();
}
