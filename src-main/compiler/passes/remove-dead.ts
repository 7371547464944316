// Drops every operator, constant and weight on which no output depends.

import type { Graph } from "../graph.ts";
import { liveNodes, usedNames } from "./rewrite.ts";

export function removeDead(graph: Graph): Graph {
  const nodes = liveNodes(graph);
  const used = usedNames({ ...graph, nodes });
  const kept = <Held>(held: ReadonlyMap<string, Held>) => new Map([...held].filter(([name]) => used.has(name)));
  const given = graph.inputs.map((input) => [input.name, input] as const);
  return {
    ...graph,
    nodes,
    constants: kept(graph.constants),
    weights: kept(graph.weights),
    values: new Map([...given, ...kept(graph.values)]),
  };
}
