// Replaces every macro operator by the ONNX operators it stands for.

import type { Graph } from "../graph.ts";
import { opRule } from "../ops/index.ts";
import { rewrite } from "./rewrite.ts";

export function expandMacros(graph: Graph): Graph {
  return rewrite(graph, (b, { op, attributes }, inputs) => opRule(op).expand?.({ b, inputs, attributes }) ?? null);
}
