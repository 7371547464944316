// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762, equation 1).

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Value } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { at } from "../shapes.ts";

// Above this many probabilities (16 MiB of float32) the backward pass computes them anew instead of keeping them.
const RECOMPUTE_ABOVE = 4 * 1024 * 1024;

export const attention: OpRules<"Attention"> = {
  Attention: {
    // query [batch, heads, m, d], key [batch or 1, heads, n, d], value [batch or 1, heads, n, e], mask added to [.., m, n]
    infer: ([query, key, value]) => {
      if (at(key.shape, 2) !== at(value.shape, 2) || at(query.shape, 3) !== at(key.shape, 3)) {
        throw new Error(`attention of [${query.shape.join(", ")}] over [${key.shape.join(", ")}]`);
      }
      return { dtype: query.dtype, shape: query.shape.with(3, at(value.shape, 3)) };
    },
    // With P = softmax(s·QKᵀ + mask): dV = Pᵀ·ct, dP = ct·Vᵀ, dS = P·(dP − Σ dP·P), dQ = s·dS·K, dK = s·dSᵀ·Q
    vjp: ({ b, inputs: [query, key, value, mask], ct, attributes: { scale } }) => {
      const count = elementCount(query.shape.slice(0, 3)) * at(key.shape, 2);
      const from = count > RECOMPUTE_ABOVE ? b.after(query, ct) : query;
      const p = probabilities(b, from, key, mask, scale);
      const dp = b.matmul(ct, swap(b, value));
      const ds = b.mul(p, b.sub(dp, b.sum(b.mul(dp, p), [3])));
      return [
        b.scale(b.matmul(ds, key), scale),
        b.sumTo(b.scale(b.matmul(swap(b, ds), query), scale), key.shape),
        b.sumTo(b.matmul(swap(b, p), ct), value.shape),
        mask === null ? null : b.sumTo(ds, mask.shape),
      ];
    },
    expand: ({ b, inputs: [query, key, value, mask], attributes: { scale } }) =>
      b.matmul(probabilities(b, query, key, mask, scale), value),
  },
};

function probabilities(b: GraphBuilder, query: Value, key: Value, mask: Value | null, scale: number): Value {
  // Scaling the query costs less than scaling the scores, and keeps their size down.
  const scores = b.matmul(b.scale(query, scale), swap(b, key));
  return b.softmax(mask === null ? scores : b.add(scores, mask));
}

/** Transposes the last two of four axes. */
function swap(b: GraphBuilder, x: Value): Value {
  return b.transpose(x, [0, 1, 3, 2]);
}
