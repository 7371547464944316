// Operators that read or write elements by index.

import { elementCount } from "../../common/tensor.ts";
import type { Constant } from "../graph.ts";
import type { OpRules } from "../op-rule.ts";
import { at, axesFrom, inversePermutation, stridesOf } from "../shapes.ts";

export const indexing: OpRules<"Gather" | "GatherND" | "ScatterND" | "ArgMax"> = {
  Gather: {
    half: "follows",
    // data [before…, n, after…], indices [i…] → [before…, i…, after…]
    infer: ([data, indices], { axis }) => ({
      dtype: data.dtype,
      shape: [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)],
    }),
    // Add every row of the cotangent to the row it was read from (embedding lookup: axis 0).
    vjp: ({ b, inputs: [data, indices], ct, attributes: { axis } }) => {
      const rank = data.shape.length;
      const toFront = [axis, ...axesFrom(0, rank).filter((a) => a !== axis)];
      const picked = axesFrom(axis, axis + indices.shape.length);
      const ctToFront = [...picked, ...axesFrom(0, ct.shape.length).filter((a) => !picked.includes(a))];
      const shape = toFront.map((a) => at(data.shape, a));
      const zeros = b.zeros({ dtype: data.dtype, shape });
      const rows = b.op("Unsqueeze", [indices], { axes: [indices.shape.length] });
      const sum = b.op("ScatterND", [zeros, rows, b.transpose(ct, ctToFront)], { reduction: "add" });
      return [b.transpose(sum, inversePermutation(toFront)), null];
    },
    evaluate: ([data, indices], { axis }, { shape }) => {
      const size = at(data.shape, axis);
      const inner = elementCount(data.shape.slice(axis + 1));
      const outer = elementCount(data.shape.slice(0, axis));
      const out = new Float64Array(elementCount(shape));
      for (let o = 0, to = 0; o < outer; o++) {
        for (const index of indices.data) {
          const from = (o * size + (index < 0 ? index + size : index)) * inner;
          out.set(data.data.subarray(from, from + inner), to);
          to += inner;
        }
      }
      return out;
    },
  },
  GatherND: {
    // indices [i…, k] into the first k axes of data → [i…, rest of data…]
    infer: ([data, indices]) => {
      const depth = at(indices.shape, indices.shape.length - 1);
      return { dtype: data.dtype, shape: [...indices.shape.slice(0, -1), ...data.shape.slice(depth)] };
    },
    vjp: ({ b, inputs: [data, indices], ct }) => [
      b.op("ScatterND", [b.zeros(data), indices, ct], { reduction: "add" }),
      null,
    ],
    evaluate: ([data, indices], _, { shape }) => {
      const out = new Float64Array(elementCount(shape));
      forEachBlock(data, indices, (from, length, block) =>
        out.set(data.data.subarray(from, from + length), block * length),
      );
      return out;
    },
  },
  ScatterND: {
    infer: ([data]) => ({ dtype: data.dtype, shape: data.shape }),
    vjp: ({ b, inputs: [, indices], ct }) => [ct, null, b.op("GatherND", [ct, indices], {})],
    evaluate: ([data, indices, updates]) => {
      const out = data.data.slice();
      forEachBlock(data, indices, (to, length, block) => {
        for (let i = 0; i < length; i++) out[to + i] = (out[to + i] ?? NaN) + (updates.data[block * length + i] ?? NaN);
      });
      return out;
    },
  },
  ArgMax: {
    infer: ([x], { axis, keepdims }) => ({
      dtype: "int64",
      shape: keepdims === 1 ? x.shape.with(axis, 1) : x.shape.toSpliced(axis, 1),
    }),
    vjp: "no gradient",
    evaluate: ([x], { axis }, { shape }) => {
      const [size, inner] = [at(x.shape, axis), elementCount(x.shape.slice(axis + 1))];
      return new Float64Array(elementCount(shape)).map((_, position) => {
        const start = Math.floor(position / inner) * size * inner + (position % inner);
        let best = 0;
        for (let i = 1; i < size; i++) {
          if ((x.data[start + i * inner] ?? NaN) > (x.data[start + best * inner] ?? NaN)) best = i;
        }
        return best;
      });
    },
  },
};

/** The blocks of `data` that `indices` point at: first element, length, and the number of the block. */
function forEachBlock(
  data: Constant,
  indices: Constant,
  visit: (start: number, length: number, block: number) => void,
): void {
  const depth = at(indices.shape, indices.shape.length - 1);
  const strides = stridesOf(data.shape);
  const length = elementCount(data.shape.slice(depth));
  for (let block = 0; block < indices.data.length / depth; block++) {
    let start = 0;
    for (let k = 0; k < depth; k++) {
      const index = indices.data[block * depth + k] ?? NaN;
      start += at(strides, k) * (index < 0 ? index + at(data.shape, k) : index);
    }
    visit(start, length, block);
  }
}
