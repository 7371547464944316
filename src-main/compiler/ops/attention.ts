// Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762, equation 1).

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Value } from "../graph.ts";
import type { Attributes } from "../op-list.ts";
import type { OpRules } from "../op-rule.ts";
import { at } from "../shapes.ts";

// Above this many probabilities (16 MiB of float32) the backward pass computes them anew instead of keeping them.
const RECOMPUTE_ABOVE = 4 * 1024 * 1024;
// Where the operator names no other: 64 MiB of float32.
const MAX_PROBABILITIES = 16 * 1024 * 1024;

// Each is several operators of the graph: what would need more pieces needs more memory instead, and is refused where there is none.
const MAX_PIECES = 512;

export const attention: OpRules<"Attention"> = {
  Attention: {
    // query [batch, heads, m, d], key [batch or 1, heads, n, d], value [batch or 1, heads, n, e], mask added to [.., m, n]
    infer: ([query, key, value]) => {
      if (at(key.shape, 2) !== at(value.shape, 2) || at(query.shape, 3) !== at(key.shape, 3)) {
        throw new Error(`attention of [${query.shape.join(", ")}] over [${key.shape.join(", ")}]`);
      }
      return { dtype: query.dtype, shape: query.shape.with(3, at(value.shape, 3)) };
    },
    vjp: ({ b, inputs: [query, key, value, mask], output, ct, attributes }) => {
      const pieces = queryPieces(query, key, attributes);
      const recomputes = pieces.length > 1 || !keepsProbabilities(query, key);
      const parts: Gradients[] = [];
      for (const piece of pieces) {
        const partCt = rowsOf(b, ct, piece);
        // A piece waits for all of the one before it, so that one at a time is in memory.
        const awaited = [...(recomputes ? [partCt] : []), ...Object.values(parts.at(-1) ?? {})].filter(
          (gradient) => gradient !== null,
        );
        const from = awaited.reduce((rows, gradient) => b.after(rows, gradient), rowsOf(b, query, piece));
        const maskRows = mask === null ? null : maskOf(b, mask, piece);
        const inputs = { query: from, key, value, mask: maskRows };
        parts.push(gradients(b, inputs, rowsOf(b, output, piece), partCt, attributes.scale));
      }
      const joined = (of: (part: Gradients) => Value): Value => b.concat(parts.map(of), 2);
      const summed = (of: (part: Gradients) => Value): Value => parts.map(of).reduce((x, y) => b.add(x, y));
      const ofMask = (part: Gradients): Value => part.mask ?? b.scalar(0);
      const joinsMask = mask !== null && hasRows(mask);
      return [
        joined((part) => part.query),
        summed((part) => part.key),
        summed((part) => part.value),
        mask === null ? null : joinsMask ? b.concat(parts.map(ofMask), mask.shape.length - 2) : summed(ofMask),
      ];
    },
    expand: ({ b, inputs: [query, key, value, mask], attributes }) => {
      const parts = queryPieces(query, key, attributes).map((piece) => {
        const maskRows = mask === null ? null : maskOf(b, mask, piece);
        return b.matmul(probabilities(b, rowsOf(b, query, piece), key, maskRows, attributes.scale), value);
      });
      return b.concat(parts, 2);
    },
  },
};

interface Gradients {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  readonly mask: Value | null;
}

/**
 * With P = softmax(s·QKᵀ + mask) and O = P·V: dV = Pᵀ·ct, dP = ct·Vᵀ, dS = P·(dP − Σ dP·P), dQ = s·dS·K, dK = s·dSᵀ·Q.
 * A row's Σ dP·P is Σ ct·O (Dao et al. 2022, arXiv:2205.14135, appendix B.2), which is as small as O; as one column more of ct beside
 * a column of ones of V it is subtracted within the product. So P, dP and dS are the only tensors as large as P.
 */
function gradients(
  b: GraphBuilder,
  { query, key, value, mask }: Gradients,
  output: Value,
  ct: Value,
  scale: number,
): Gradients {
  const p = probabilities(b, query, key, mask, scale);
  const less = b.neg(b.sum(b.mul(ct, output), [3]));
  const ones = b.expand(b.scalar(1), value.shape.with(3, 1));
  const dp = b.matmul(b.concat([ct, less], 3), swap(b, b.concat([value, ones], 3)));
  const ds = b.mul(p, dp);
  return {
    query: b.scale(b.matmul(ds, key), scale),
    key: b.sumTo(b.scale(b.matmul(swap(b, ds), query), scale), key.shape),
    value: b.sumTo(b.matmul(swap(b, p), ct), value.shape),
    mask: mask === null ? null : b.sumTo(ds, mask.shape),
  };
}

function probabilities(b: GraphBuilder, query: Value, key: Value, mask: Value | null, scale: number): Value {
  // Scaling the query costs less than scaling the scores, and keeps their size down.
  const scores = b.matmul(b.scale(query, scale), swap(b, key));
  return b.softmax(mask === null ? scores : b.add(scores, mask));
}

/** Rows of queries, from the first to before the last. */
type Piece = readonly [start: number, end: number];

/** As few pieces of about the same size as keep the probabilities of each within what may be in memory at once, up to a limit. */
export function queryPieces(
  query: Value,
  key: Value,
  { maxProbabilities = MAX_PROBABILITIES }: Pick<Attributes<"Attention">, "maxProbabilities">,
): Piece[] {
  const rows = at(query.shape, 2);
  const count = Math.min(rows, MAX_PIECES, Math.max(1, Math.ceil(countProbabilities(query, key) / maxProbabilities)));
  const boundary = (i: number): number => Math.floor((i * rows) / count);
  return Array.from({ length: count }, (_, i) => [boundary(i), boundary(i + 1)]);
}

/** Whether the probabilities of the way forward are those of the way back. */
export function keepsProbabilities(query: Value, key: Value): boolean {
  return countProbabilities(query, key) <= RECOMPUTE_ABOVE;
}

function countProbabilities(query: Value, key: Value): number {
  return elementCount(query.shape.slice(0, 3)) * at(key.shape, 2);
}

function rowsOf(b: GraphBuilder, x: Value, [start, end]: Piece): Value {
  return b.slice(x, 2, start, end);
}

/** A mask may be the same for all queries. */
function maskOf(b: GraphBuilder, mask: Value, [start, end]: Piece): Value {
  return hasRows(mask) ? b.slice(mask, mask.shape.length - 2, start, end) : mask;
}

function hasRows({ shape }: Value): boolean {
  return shape.length > 1 && at(shape, shape.length - 2) > 1;
}

/** Transposes the last two of four axes. */
function swap(b: GraphBuilder, x: Value): Value {
  return b.transpose(x, [0, 1, 3, 2]);
}
