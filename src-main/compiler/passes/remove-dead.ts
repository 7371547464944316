// Drops every operator, constant and weight on which no output depends.

import type { Graph } from "../graph.ts";
import { liveNodes, rewrite } from "./rewrite.ts";

export function removeDead(graph: Graph): Graph {
  const nodes = liveNodes(graph);
  return rewrite({ ...graph, nodes }, () => null);
}
