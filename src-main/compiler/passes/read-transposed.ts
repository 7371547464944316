// Products that read a transposed matrix as it lies, by the operator of onnxruntime's CPU that can.

import type { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import { rewrite } from "./rewrite.ts";

/** @param graph as `optimize` leaves it */
export function readTransposed(graph: Graph): Graph {
  return rewrite(graph, (b, { op }, [x, y]) => {
    if (op !== "MatMul" || !x || !y) return null;
    const [left, right] = [asItLies(b, x), asItLies(b, y)];
    if (left === null && right === null) return null;
    const attributes = { transA: left === null ? 0 : 1, transB: right === null ? 0 : 1 } as const;
    return b.op("FusedMatMul", [left ?? x, right ?? y], attributes);
  });
}

/** What `x` is the transpose of, in its last two axes; `null`: of nothing. */
function asItLies(b: GraphBuilder, x: Value): Value | null {
  const producer = b.producer(x);
  const [source] = producer?.op === "Transpose" ? producer.inputs : [];
  const perm = producer?.attributes["perm"];
  const last = x.shape.length - 1;
  const swap = x.shape.map((_, axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis));
  return source && Array.isArray(perm) && swap.every((axis, i) => perm[i] === axis) ? b.value(source) : null;
}
