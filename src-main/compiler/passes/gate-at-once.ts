// x·σ(αx) by the one operator that onnxruntime's CPU has for it, where nothing else reads the gate.

import type { GraphBuilder } from "../graph-builder.ts";
import { countReads, type Graph, type Value } from "../graph.ts";
import { rewrite } from "./rewrite.ts";

/** @param graph as `optimize` leaves it */
export function gateAtOnce(graph: Graph): Graph {
  const reads = countReads(graph, graph.nodes);
  return rewrite(graph, (b, { op, inputs: [left, right] }, [x, y]) => {
    if (op !== "Mul" || !x || !y) return null;
    const gated = (value: Value, gate: Value, name: string | null | undefined): Value | null => {
      const alpha = reads.get(name ?? "") === 1 ? slopeOf(b, value, gate) : null;
      return alpha === null ? null : b.op("QuickGelu", [value], { alpha });
    };
    return gated(x, y, right) ?? gated(y, x, left);
  });
}

/** α where `gate` is σ(αx); `null`: it is another. */
function slopeOf(b: GraphBuilder, x: Value, gate: Value): number | null {
  const sigmoid = b.producer(gate);
  const [inner] = sigmoid?.op === "Sigmoid" ? sigmoid.inputs : [];
  if (!inner) return null;
  if (inner === x.name) return 1;
  const product = b.producer(b.value(inner));
  const [value, factor] = product?.op === "Mul" ? product.inputs : [];
  if (value !== x.name || !factor) return null;
  const { data } = b.constantOf(b.value(factor)) ?? {};
  return data?.length === 1 ? (data[0] ?? null) : null;
}
