// Shape arithmetic shared by the operator rules.

import type { Shape } from "../common/tensor.ts";

export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Error(`cannot broadcast [${a.join(", ")}] with [${b.join(", ")}]`);
    return x === 1 ? y : x;
  });
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = at(strides, axis + 1) * at(shape, axis + 1);
  return strides;
}

export function at(list: readonly number[], index: number): number {
  const item = list[index];
  if (item === undefined) throw new Error(`no item ${index} in [${list.join(", ")}]`);
  return item;
}

/** The axes from `start` to the last. */
export function axesFrom(start: number, rank: number): number[] {
  return Array.from({ length: rank - start }, (_, i) => start + i);
}

/** The order of axes that transposes the last two. */
export function lastSwapped(rank: number): number[] {
  return [...axesFrom(0, rank - 2), rank - 1, rank - 2];
}

export function inversePermutation(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

/** Calls `visit` with every multi-index of `shape` in row-major order. The array is reused between calls. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[], position: number) => void): void {
  if (shape.includes(0)) return;
  const index = shape.map(() => 0);
  for (let position = 0; ; position++) {
    visit(index, position);
    let axis = shape.length - 1;
    while (axis >= 0) {
      const next = at(index, axis) + 1;
      index[axis] = next;
      if (next < at(shape, axis)) break;
      index[axis--] = 0;
    }
    if (axis < 0) return;
  }
}

/** Position of a multi-index of a larger shape in a tensor of `shape` that is broadcast to it. */
export function broadcastPosition(shape: Shape, strides: readonly number[], index: readonly number[]): number {
  const extra = index.length - shape.length;
  let position = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] !== 1) position += at(index, axis + extra) * at(strides, axis);
  }
  return position;
}
