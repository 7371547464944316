// Matrix products.

import { elementCount, type Shape, type TensorType } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Constant, Value } from "../graph.ts";
import type { Attributes } from "../op-list.ts";
import type { OpRules } from "../op-rule.ts";
import { at, broadcastPosition, broadcastShapes, forEachIndex, lastSwapped, stridesOf } from "../shapes.ts";

export const matrix: OpRules<"MatMul" | "FusedMatMul" | "Gemm"> = {
  MatMul: {
    half: "always",
    // [batch…, m, k] · [batch…, k, n] → [batch…, m, n], the batch axes broadcast
    infer: ([x, y]) => productType("MatMul", x, y),
    vjp: ({ b, inputs: [x, y], ct }) => [
      b.sumTo(b.matmul(ct, swapLast(b, y)), x.shape),
      b.sumTo(b.matmul(swapLast(b, x), ct), y.shape),
    ],
    evaluate: ([x, y], _, { shape }) => multiply(x, y, shape),
  },
  FusedMatMul: {
    half: "always",
    domain: "com.microsoft",
    // op(x) · op(y), with op the transpose of the last two axes where asked for
    infer: ([x, y], { transA, transB }) =>
      productType("FusedMatMul", transA === 1 ? turned(x) : x, transB === 1 ? turned(y) : y),
    // Passes put it in when the gradient is there, as one of MatMul.
    vjp: "no gradient",
    evaluate: ([x, y], transposes, { shape }) => multiply(x, y, shape, transposes),
  },
  Gemm: {
    half: "always",
    // op(a) [m, k] · op(b) [k, n] + c, with op the transpose where asked for
    infer: ([x, y], { transA, transB }) => {
      const [m, k] = transA === 1 ? [at(x.shape, 1), at(x.shape, 0)] : [at(x.shape, 0), at(x.shape, 1)];
      const [l, n] = transB === 1 ? [at(y.shape, 1), at(y.shape, 0)] : [at(y.shape, 0), at(y.shape, 1)];
      if (k !== l) throw mismatch("Gemm", x, y);
      return { dtype: x.dtype, shape: [m, n] };
    },
    // With a′ = op(a), b′ = op(b): da′ = ct·b′ᵀ and db′ = a′ᵀ·ct, each transposed back where the input was.
    vjp: ({ b, inputs: [x, y, c], ct, attributes: { transA, transB } }) => {
      const gemm = (p: Value, q: Value, transP: 0 | 1, transQ: 0 | 1): Value =>
        b.op("Gemm", [p, q, null], { transA: transP, transB: transQ });
      const flip = (flag: 0 | 1): 0 | 1 => (flag === 1 ? 0 : 1);
      return [
        transA === 1 ? gemm(y, ct, transB, 1) : gemm(ct, y, 0, flip(transB)),
        transB === 1 ? gemm(ct, x, 1, transA) : gemm(x, ct, flip(transA), 0),
        c === null ? null : b.sumTo(ct, c.shape),
      ];
    },
    evaluate: ([x, y, c], { transA, transB }, { shape }) => {
      const [m, n] = [at(shape, 0), at(shape, 1)];
      const k = at(x.shape, transA === 1 ? 0 : 1);
      const cStrides = c === null ? [] : stridesOf(c.shape);
      return new Float64Array(m * n).map((_, position) => {
        const [i, j] = [Math.floor(position / n), position % n];
        let sum = c === null ? 0 : (c.data[broadcastPosition(c.shape, cStrides, [i, j])] ?? NaN);
        for (let l = 0; l < k; l++) {
          const p = x.data[transA === 1 ? l * m + i : i * k + l] ?? NaN;
          sum += p * (y.data[transB === 1 ? j * k + l : l * n + j] ?? NaN);
        }
        return sum;
      });
    },
  },
};

function productType(op: string, x: TensorType, y: TensorType): TensorType {
  if (at(x.shape, x.shape.length - 1) !== at(y.shape, y.shape.length - 2)) throw mismatch(op, x, y);
  const batch = broadcastShapes(x.shape.slice(0, -2), y.shape.slice(0, -2));
  return { dtype: x.dtype, shape: [...batch, at(x.shape, x.shape.length - 2), at(y.shape, y.shape.length - 1)] };
}

/** @param shape of the product, [batch…, m, n] */
function multiply(
  x: Constant,
  y: Constant,
  shape: Shape,
  { transA, transB }: Attributes<"FusedMatMul"> = { transA: 0, transB: 0 },
): Float64Array {
  const [m, n] = [at(shape, shape.length - 2), at(shape, shape.length - 1)];
  const k = at(x.shape, x.shape.length - (transA === 1 ? 2 : 1));
  const out = new Float64Array(elementCount(shape));
  const [xBatch, yBatch] = [x.shape.slice(0, -2), y.shape.slice(0, -2)];
  forEachIndex(shape.slice(0, -2), (index, batch) => {
    const from = broadcastPosition(xBatch, stridesOf(xBatch), index) * m * k;
    const by = broadcastPosition(yBatch, stridesOf(yBatch), index) * k * n;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) {
          const p = x.data[from + (transA === 1 ? l * m + i : i * k + l)] ?? NaN;
          sum += p * (y.data[by + (transB === 1 ? j * k + l : l * n + j)] ?? NaN);
        }
        out[(batch * m + i) * n + j] = sum;
      }
    }
  });
  return out;
}

/** The type of the transpose of the last two axes. */
function turned({ dtype, shape }: TensorType): TensorType {
  return { dtype, shape: lastSwapped(shape.length).map((axis) => at(shape, axis)) };
}

function swapLast(b: GraphBuilder, x: Value): Value {
  return b.transpose(x, lastSwapped(x.shape.length));
}

function mismatch(op: string, x: TensorType, y: TensorType): Error {
  return new Error(`${op} of [${x.shape.join(", ")}] and [${y.shape.join(", ")}]`);
}
