// Products that read a transposed matrix as it lies, by the operator of onnxruntime's CPU that can.

import type { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import { lastSwapped } from "../shapes.ts";
import { isList } from "./plain-convolution.ts";
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
  return source && isList(producer?.attributes["perm"], lastSwapped(x.shape.length)) ? b.value(source) : null;
}
