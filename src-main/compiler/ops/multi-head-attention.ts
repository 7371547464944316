// Attention of onnxruntime's CPU, which takes the keys block by block so that probabilities never leave a core's caches
// (Dao et al. 2022, arXiv:2205.14135). https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#commicrosoftmultiheadattention

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Constant, Value } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { at } from "../shapes.ts";

export const multiHeadAttention: OpRules<"MultiHeadAttention"> = {
  MultiHeadAttention: {
    half: "always",
    domain: "com.microsoft",
    // query [batch, m, heads·d], key [batch, n, heads·d], value [batch, n, heads·e] → [batch, m, heads·e]
    infer: ([query, key, value], { num_heads }) => {
      const fits = at(query.shape, 2) === at(key.shape, 2) && at(key.shape, 1) === at(value.shape, 1);
      const isSplit = [query, value].every(({ shape }) => at(shape, 2) % num_heads === 0);
      if (!fits || !isSplit || [key, value].some(({ shape }) => at(shape, 0) !== at(query.shape, 0))) {
        const shapes = [query, key, value].map(({ shape }) => `[${shape.join(", ")}]`);
        throw new Error(`attention of ${num_heads} heads and ${shapes.join(", ")}`);
      }
      return { dtype: query.dtype, shape: query.shape.with(2, at(value.shape, 2)) };
    },
    // Passes put it in when the gradient is there, as one of Attention.
    vjp: "no gradient",
    evaluate: ([query, key, value], { num_heads, scale }, { shape }) => {
      const [batch, m, width] = [at(shape, 0), at(shape, 1), at(shape, 2)];
      const n = at(key.shape, 1);
      const [d, e] = [at(query.shape, 2) / num_heads, width / num_heads];
      const out = new Float64Array(elementCount(shape));
      for (let i = 0; i < batch * m * num_heads; i++) {
        const [row, head] = [Math.floor(i / num_heads), i % num_heads];
        const keys = Array.from({ length: n }, (_, j) => Math.floor(row / m) * n + j);
        const scores = keys.map((j) => scale * dot(query, row, key, j, [head * d, (head + 1) * d]));
        const largest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - largest));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        for (let column = head * e; column < (head + 1) * e; column++) {
          const mixed = keys.reduce(
            (total, j, k) => total + (weights[k] ?? NaN) * (value.data[j * width + column] ?? NaN),
            0,
          );
          out[row * width + column] = mixed / sum;
        }
      }
      return out;
    },
  },
};

/** Σ of the products in some columns of a row of `x` and a row of `y`. */
function dot(x: Constant, i: number, y: Constant, j: number, [first, end]: readonly [number, number]): number {
  const width = at(x.shape, 2);
  let sum = 0;
  for (let k = first; k < end; k++) sum += (x.data[i * width + k] ?? NaN) * (y.data[j * width + k] ?? NaN);
  return sum;
}

/** [batch, heads, n, d] → [batch, n, heads·d] */
export function joinHeads(b: GraphBuilder, x: Value): Value {
  const [batch, heads, n, d] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2), at(x.shape, 3)];
  return b.reshape(b.transpose(x, [0, 2, 1, 3]), [batch, n, heads * d]);
}

/** [batch, n, heads·d] → [batch, heads, n, d] */
export function splitHeads(b: GraphBuilder, x: Value, heads: number): Value {
  const [batch, n, width] = [at(x.shape, 0), at(x.shape, 1), at(x.shape, 2)];
  return b.transpose(b.reshape(x, [batch, n, heads, width / heads]), [0, 2, 1, 3]);
}
