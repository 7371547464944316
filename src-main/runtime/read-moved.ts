// Weights read from their files in the order that a graph reads them in, shared by all sessions of the process that read the same.

import { closeSync, openSync, readSync } from "node:fs";
import { elementCount, type FloatTensor, floatTensor, type Shape } from "../common/tensor.ts";
import type { ExternalWeight } from "../compiler/graph.ts";
import type { MovedWeight } from "../compiler/moved-weights.ts";

interface Kept {
  readonly tensor: FloatTensor;
  readonly memory: ArrayBuffer;
  users: number;
}

const kept = new Map<string, Kept>();

/** Counts as a user of each until `giveBack`. @throws the system's own error for a file that cannot be read */
export function readMoved(moved: ReadonlyMap<string, MovedWeight>): ReadonlyMap<string, FloatTensor> {
  const missing = [...moved.values()].filter((one) => !kept.has(keyOf(one)));
  const scratch = new ArrayBuffer(Math.max(0, ...missing.map(({ weight }) => weight.length)));
  const tensors = new Map<string, FloatTensor>();
  for (const [name, one] of moved) {
    const key = keyOf(one);
    const entry = kept.get(key) ?? { ...read(one, scratch), users: 0 };
    entry.users++;
    kept.set(key, entry);
    tensors.set(name, entry.tensor);
  }
  return tensors;
}

export function giveBack(moved: Iterable<MovedWeight>): void {
  for (const one of moved) {
    const key = keyOf(one);
    const entry = kept.get(key);
    if (entry === undefined || --entry.users > 0) continue;
    kept.delete(key);
    // Their memory is wanted now, not when the garbage collector comes by.
    entry.memory.transfer(0);
  }
}

function keyOf({ weight: { file, offset, dtype }, shape, strides, start }: MovedWeight): string {
  return JSON.stringify([file, offset, dtype, shape, strides, start]);
}

/** @param scratch as long as the weight, at least: pages that were touched once are not asked of the system again */
function read({ weight, shape, strides, start }: MovedWeight, scratch: ArrayBuffer): Omit<Kept, "users"> {
  readRange(weight, new Uint8Array(scratch, 0, weight.length));
  const memory = new ArrayBuffer(4 * elementCount(shape));
  const data = new Float32Array(memory);
  gather(data, numbersOf(weight, scratch), mergeAxes(shape, strides), start);
  return { tensor: floatTensor(shape, data), memory };
}

function readRange({ file, offset, length }: ExternalWeight, into: Uint8Array): void {
  const descriptor = openSync(file, "r");
  try {
    for (let done = 0; done < length;) {
      const count = readSync(descriptor, into, done, length - done, offset + done);
      if (count === 0) throw new Error(`${file} ends within a weight`);
      done += count;
    }
  } finally {
    closeSync(descriptor);
  }
}

type Numbers = Float32Array | Float16Array;

function numbersOf({ dtype, length }: ExternalWeight, bytes: ArrayBuffer): Numbers {
  switch (dtype) {
    case "float32":
      return new Float32Array(bytes, 0, length / 4);
    case "float16":
      return new Float16Array(bytes, 0, length / 2);
    case "bfloat16": {
      // The upper half of a float32.
      const halves = new Uint16Array(bytes, 0, length / 2);
      const bits = new Uint32Array(halves.length);
      for (let i = 0; i < bits.length; i++) bits[i] = (halves[i] ?? 0) << 16;
      return new Float32Array(bits.buffer);
    }
    default:
      throw new Error(`a weight of ${dtype} is no number to widen`);
  }
}

interface Axis {
  readonly size: number;
  readonly stride: number;
}

/** Axes that one loop can go through together as one: of a kernel's last two, turned round, 9 elements backwards. */
function mergeAxes(shape: Shape, strides: readonly number[]): readonly Axis[] {
  const merged: Axis[] = [];
  for (const [axis, size] of shape.entries()) {
    const stride = strides[axis] ?? 0;
    const outer = merged.at(-1);
    if (size === 1) continue;
    if (outer?.stride === size * stride) merged[merged.length - 1] = { size: outer.size * size, stride };
    else merged.push({ size, stride });
  }
  return merged;
}

function gather(out: Float32Array, from: Numbers, axes: readonly Axis[], start: number): void {
  const [rows, columns] = [axes.at(-2) ?? ONE, axes.at(-1) ?? ONE];
  const outer = axes.slice(0, -2);
  let place = 0;
  const fill = (depth: number, origin: number): void => {
    const axis = outer[depth];
    if (axis === undefined) {
      copyRows(out, place, from, origin, rows, columns);
      place += rows.size * columns.size;
      return;
    }
    for (let i = 0; i < axis.size; i++) fill(depth + 1, origin + i * axis.stride);
  };
  fill(0, start);
}

/** Beside `gather`, so that it is compiled once and not for every weight anew: half of the time. */
function copyRows(out: Float32Array, to: number, from: Numbers, origin: number, rows: Axis, columns: Axis): void {
  const [rowCount, rowStride, columnCount, columnStride] = [rows.size, rows.stride, columns.size, columns.stride];
  let place = to;
  for (let row = 0; row < rowCount; row++) {
    let source = origin + row * rowStride;
    for (let column = 0; column < columnCount; column++) {
      out[place++] = from[source] ?? NaN;
      source += columnStride;
    }
  }
}

const ONE: Axis = { size: 1, stride: 0 };
