// Attention whose probabilities nothing else needs, by the one operator of onnxruntime's CPU that never writes them.

import type { Graph, Value } from "../graph.ts";
import { keepsProbabilities } from "../ops/attention.ts";
import { joinHeads, splitHeads } from "../ops/multi-head-attention.ts";
import { at } from "../shapes.ts";
import { rewrite } from "./rewrite.ts";

/**
 * What the way back needs of small attention is left as it is, since both ways share its probabilities; and so is what has a mask, with
 * which onnxruntime writes them after all.
 *
 * @param graph before its macro operators are expanded, without dead operators
 */
export function fuseAttention(graph: Graph): Graph {
  const readers = new Map<string | null, number>();
  for (const name of graph.nodes.flatMap(({ inputs }) => inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
  return rewrite(graph, (b, { op, inputs: [name = null], attributes }, [query, key, value, mask]) => {
    if (op !== "Attention" || !query || !key || !value || mask) return null;
    const isShared = readers.get(name) !== 1 && keepsProbabilities(query, key);
    if (isShared) return null;
    const wide = (x: Value): Value => joinHeads(b, b.expand(x, x.shape.with(0, at(query.shape, 0))));
    const heads = at(query.shape, 1);
    const fused = b.op("MultiHeadAttention", [wide(query), wide(key), wide(value)], {
      ...{ num_heads: heads, scale: Number(attributes["scale"]) },
    });
    return splitHeads(b, fused, heads);
  });
}
