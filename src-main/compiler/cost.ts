// How much a graph computes.

import { elementCount, type Shape } from "../common/tensor.ts";
import { valueOf, type Graph, type Node } from "./graph.ts";
import { at } from "./shapes.ts";

/** Floating-point operations of one run, two for each product and its sum. Only matrix products and convolutions count. */
export function countFlops(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + 2 * countProducts(graph, node), 0);
}

function countProducts(graph: Graph, { op, inputs, output, attributes }: Node): number {
  const results = elementCount(valueOf(graph, output).shape);
  const shape = (i: number): Shape => valueOf(graph, inputs[i] ?? "").shape;
  switch (op) {
    case "MatMul":
      return results * at(shape(0), shape(0).length - 1);
    case "FusedMatMul":
      return results * at(shape(0), shape(0).length - (attributes["transA"] === 1 ? 2 : 1));
    case "Gemm":
      return results * at(shape(0), attributes["transA"] === 1 ? 0 : 1);
    case "Conv":
      return results * elementCount(shape(1).slice(1));
    case "ConvTranspose":
      return elementCount(shape(0)) * elementCount(shape(1).slice(1));
    case "MultiHeadAttention":
      return (elementCount(shape(0)) + results) * at(shape(1), 1);
    default:
      return 0;
  }
}
