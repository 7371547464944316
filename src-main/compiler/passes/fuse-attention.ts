// Attention whose probabilities nothing else needs, by the one operator of onnxruntime that keeps them in the caches of the cores, or on the
// chip of a GPU.

import type { GraphBuilder } from "../graph-builder.ts";
import { countReads, type Graph, type Node, type Value } from "../graph.ts";
import { keepsProbabilities, queryPieces } from "../ops/attention.ts";
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
  const reads = countReads(graph, graph.nodes);
  return rewrite(graph, (b, { op, inputs: [name], attributes }, [query, key, value, mask]) => {
    if (op !== "Attention" || !query || !key || !value || mask) return null;
    const isShared = reads.get(name ?? "") !== 1 && keepsProbabilities(query, key);
    return isShared ? null : fuse(b, [query, key, value], attributes);
  });
}

/**
 * In pieces as well, though the operator has no need of them where it knows how large a core's cache is: some systems do not tell, and it
 * writes the probabilities there.
 */
function fuse(
  b: GraphBuilder,
  [query, key, value]: readonly [Value, Value, Value],
  { scale, maxProbabilities }: Node["attributes"],
): Value {
  const heads = at(query.shape, 1);
  const join = (x: Value): Value => joinHeads(b, b.expand(x, x.shape.with(0, at(query.shape, 0))));
  const [queries, keys, values] = [join(query), join(key), join(value)];
  const most = typeof maxProbabilities === "number" ? { maxProbabilities } : {};
  const pieces = queryPieces(query, key, most).map(([start, end]) => {
    const inputs = [b.slice(queries, 1, start, end), keys, values] as const;
    return b.op("MultiHeadAttention", inputs, { num_heads: heads, scale: Number(scale) });
  });
  return splitHeads(b, b.concat(pieces, 1), heads);
}
