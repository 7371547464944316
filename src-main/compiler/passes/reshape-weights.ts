// Weights by another shape: the same bytes of their file. Left to onnxruntime, Reshape copies them when a session is made.

import type { Graph } from "../graph.ts";
import { rewrite } from "./rewrite.ts";

export function reshapeWeights(graph: Graph): Graph {
  return rewrite(graph, (b, { op, inputs: [name = null], attributes: { shape } }) => {
    const weight = op === "Reshape" && name !== null ? graph.weights.get(name) : undefined;
    if (name === null || weight === undefined || !Array.isArray(shape)) return null;
    return b.storedWeight(`${name} [${shape.join(", ")}]`, { ...weight, shape });
  });
}
