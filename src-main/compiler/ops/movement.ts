// Operators that only move, repeat or drop elements.

import { elementCount, printType, type Shape } from "../../common/tensor.ts";
import type { Constant } from "../graph.ts";
import type { Attributes } from "../op-list.ts";
import type { OpRules } from "../op-rule.ts";
import {
  at,
  axesFrom,
  broadcastPosition,
  broadcastShapes,
  forEachIndex,
  inversePermutation,
  stridesOf,
} from "../shapes.ts";

type Movement =
  | "Reshape" | "Transpose" | "Unsqueeze" | "Squeeze" | "Expand" | "Concat" | "Slice" | "Pad" | "Resize"; // prettier-ignore

export const movement: OpRules<Movement> = {
  Reshape: {
    half: "follows",
    infer: ([x], { shape }) => {
      if (elementCount(shape) !== elementCount(x.shape)) {
        throw new Error(`cannot reshape [${x.shape.join(", ")}] to [${shape.join(", ")}]`);
      }
      return { dtype: x.dtype, shape };
    },
    vjp: ({ b, inputs: [x], ct }) => [b.reshape(ct, x.shape)],
    evaluate: ([x]) => x.data,
    asInputs: { shape: "int64" },
  },
  Transpose: {
    half: "follows",
    infer: ([x], { perm }) => ({ dtype: x.dtype, shape: perm.map((axis) => at(x.shape, axis)) }),
    vjp: ({ b, ct, attributes: { perm } }) => [b.transpose(ct, inversePermutation(perm))],
    evaluate: ([x], { perm }, { shape }) => {
      const strides = stridesOf(x.shape);
      return fill(shape, x, (index) => perm.reduce((sum, axis, i) => sum + at(index, i) * at(strides, axis), 0));
    },
  },
  Unsqueeze: {
    half: "follows",
    infer: ([x], { axes }) => {
      const rest = [...x.shape];
      const rank = x.shape.length + axes.length;
      const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
      return { dtype: x.dtype, shape };
    },
    vjp: ({ b, inputs: [x], ct }) => [b.reshape(ct, x.shape)],
    evaluate: ([x]) => x.data,
    asInputs: { axes: "int64" },
  },
  Squeeze: {
    half: "follows",
    infer: ([x], { axes }) => {
      if (axes.some((axis) => at(x.shape, axis) !== 1)) {
        throw new Error(`cannot squeeze axes ${axes.join(", ")} of [${x.shape.join(", ")}]`);
      }
      return { dtype: x.dtype, shape: x.shape.filter((_, axis) => !axes.includes(axis)) };
    },
    vjp: ({ b, inputs: [x], ct }) => [b.reshape(ct, x.shape)],
    evaluate: ([x]) => x.data,
    asInputs: { axes: "int64" },
  },
  Expand: {
    half: "follows",
    infer: ([x], { shape }) => ({ dtype: x.dtype, shape: broadcastShapes(x.shape, shape) }),
    vjp: ({ b, inputs: [x], ct }) => [b.sumTo(ct, x.shape)],
    evaluate: ([x], _, { shape }) => {
      const strides = stridesOf(x.shape);
      return fill(shape, x, (index) => broadcastPosition(x.shape, strides, index));
    },
    asInputs: { shape: "int64" },
  },
  Concat: {
    half: "follows",
    infer: (parts, { axis }) => {
      const [first] = parts;
      if (first === undefined) throw new Error("Concat of nothing");
      for (const part of parts) {
        const likeFirst = part.shape.map((size, a) => (a === axis ? first.shape[a] : size));
        const fits = part.dtype === first.dtype && likeFirst.join() === first.shape.join();
        if (!fits) throw new Error(`cannot concatenate ${printType(first)} and ${printType(part)} along axis ${axis}`);
      }
      const length = parts.reduce((sum, part) => sum + at(part.shape, axis), 0);
      return { dtype: first.dtype, shape: first.shape.with(axis, length) };
    },
    vjp: ({ b, inputs, ct, attributes: { axis } }) => {
      let start = 0;
      return inputs.map((part) => {
        const end = start + at(part.shape, axis);
        const piece = b.slice(ct, axis, start, end);
        start = end;
        return piece;
      });
    },
    evaluate: (parts, { axis }, { shape }) => {
      const out = new Float64Array(elementCount(shape));
      const strides = stridesOf(shape);
      let start = 0;
      for (const part of parts) {
        const offset = start * at(strides, axis);
        forEachIndex(part.shape, (index, position) => {
          out[offset + dot(index, strides)] = part.data[position] ?? NaN;
        });
        start += at(part.shape, axis);
      }
      return out;
    },
  },
  Slice: {
    half: "follows",
    infer: ([x], attributes) => {
      const { starts, ends, axes, steps } = attributes;
      if ([ends, axes, steps].some((list) => list.length !== starts.length)) {
        throw new Error(`Slice from [${starts.join(", ")}] to [${ends.join(", ")}] along [${axes.join(", ")}]`);
      }
      return { dtype: x.dtype, shape: sliceRanges(x.shape, attributes).map(({ count }) => count) };
    },
    // Put the elements back where they came from, zeros elsewhere: undo the direction, then the stride, then the crop.
    vjp: ({ b, inputs: [x], output, ct, attributes }) => {
      const ranges = sliceRanges(x.shape, attributes);
      const flipped = axesFrom(0, ranges.length).filter((axis) => (ranges[axis]?.step ?? 1) < 0);
      let spread = flipped.length > 0 ? b.op("Slice", [ct], reversal(output.shape, flipped)) : ct;
      const pads = [...x.shape.map(() => 0), ...x.shape.map(() => 0)];
      for (const [axis, { start, step, count }] of ranges.entries()) {
        const stride = Math.abs(step);
        const length = (count - 1) * stride + 1;
        if (stride > 1) {
          // Put stride − 1 zeros after every element: [n] → [n, 1] → [n, stride] → [n·stride].
          const open = b.op("Unsqueeze", [spread], { axes: [axis + 1] });
          const zeros = [...open.shape.map(() => 0), ...open.shape.map(() => 0)];
          zeros[open.shape.length + axis + 1] = stride - 1;
          const wide = b.reshape(b.op("Pad", [open], { pads: zeros }), spread.shape.with(axis, count * stride));
          spread = b.slice(wide, axis, 0, length);
        }
        const first = step > 0 ? start : start + step * (count - 1);
        pads[axis] = first;
        pads[x.shape.length + axis] = at(x.shape, axis) - first - length;
      }
      return [pads.some((n) => n !== 0) ? b.op("Pad", [spread], { pads }) : spread];
    },
    evaluate: ([x], attributes, { shape }) => {
      const strides = stridesOf(x.shape);
      const ranges = sliceRanges(x.shape, attributes);
      const origin = dot(
        ranges.map(({ start }) => start),
        strides,
      );
      const steps = ranges.map(({ step }, axis) => step * at(strides, axis));
      return fill(shape, x, (index) => origin + dot(index, steps));
    },
    asInputs: { starts: "int64", ends: "int64", axes: "int64", steps: "int64" },
  },
  Pad: {
    half: "follows",
    // Zeros before and after; negative pads drop elements.
    infer: ([x], { pads }) => ({
      dtype: x.dtype,
      shape: x.shape.map((size, axis) => size + at(pads, axis) + at(pads, axis + x.shape.length)),
    }),
    vjp: ({ b, ct, attributes: { pads } }) => [b.op("Pad", [ct], { pads: pads.map((n) => -n) })],
    evaluate: ([x], { pads }, { shape }) => {
      const strides = stridesOf(x.shape);
      return fill(shape, x, (index) => {
        const source = index.map((n, axis) => n - at(pads, axis));
        return source.some((n, axis) => n < 0 || n >= at(x.shape, axis)) ? null : dot(source, strides);
      });
    },
    asInputs: { pads: "int64" },
  },
  Resize: {
    half: "follows",
    // Nearest neighbour by whole factors: every element is repeated `scale` times along its axis.
    infer: ([x], { scales }) => {
      if (scales.some((scale) => !Number.isInteger(scale))) throw new Error(`Resize by [${scales.join(", ")}]`);
      return { dtype: x.dtype, shape: x.shape.map((size, axis) => size * at(scales, axis)) };
    },
    // Sum over the copies: [.., n·s, ..] → [.., n, s, ..] → ReduceSum over the s axes.
    vjp: ({ b, inputs: [x], ct, attributes: { scales } }) => {
      const split: number[] = [];
      const axes: number[] = [];
      for (const [axis, size] of x.shape.entries()) {
        split.push(size);
        if (at(scales, axis) > 1) axes.push(split.push(at(scales, axis)) - 1);
      }
      return [b.sum(b.reshape(ct, split), axes, 0)];
    },
    evaluate: ([x], { scales }, { shape }) => {
      const strides = stridesOf(x.shape);
      return fill(shape, x, (index) =>
        index.reduce((sum, n, axis) => sum + Math.floor(n / at(scales, axis)) * at(strides, axis), 0),
      );
    },
    asInputs: { roi: "float32", scales: "float32" },
  },
};

/** Attributes of the Slice that reverses some axes of a tensor of `shape`. */
export function reversal(shape: Shape, axes: readonly number[]) {
  return {
    starts: axes.map((axis) => at(shape, axis) - 1),
    // One before the first element, as ONNX writes it for a negative step.
    ends: axes.map((axis) => -1 - at(shape, axis)),
    axes,
    steps: axes.map(() => -1),
  };
}

/** For every axis: where a slice starts, how it steps, how many elements it takes (ONNX's rules for negative numbers). */
export function sliceRanges(
  shape: Shape,
  { starts, ends, axes, steps }: Attributes<"Slice">,
): { readonly start: number; readonly step: number; readonly count: number }[] {
  return shape.map((size, axis) => {
    const i = axes.indexOf(axis);
    if (i === -1) return { start: 0, step: 1, count: size };
    const step = at(steps, i);
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const clamp = (n: number): number => Math.min(Math.max(n < 0 ? n + size : n, low), high);
    const start = clamp(at(starts, i));
    return { start, step, count: Math.max(0, Math.ceil((clamp(at(ends, i)) - start) / step)) };
  });
}

function fill(shape: Shape, x: Constant, source: (index: readonly number[]) => number | null): Float64Array {
  const out = new Float64Array(elementCount(shape));
  forEachIndex(shape, (index, position) => {
    const from = source(index);
    if (from !== null) out[position] = x.data[from] ?? NaN;
  });
  return out;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, n, i) => sum + n * at(b, i), 0);
}
