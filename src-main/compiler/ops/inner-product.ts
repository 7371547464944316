// Sums of products along the last axes, without writing the products down.

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Value } from "../graph.ts";

// Runs of this many products at most are summed one after the other: longer ones lose digits, and keep few threads of a GPU at work.
const LONGEST_RUN = 4096;
// Below this, runs cost more than they save.
const SHORTEST_RUN = 64;

/**
 * Σ x·y over all axes from `axis` on, x and y of the same shape: shape `x.shape.slice(0, axis)`.
 * As products of matrices of one row with matrices of one column it only reads. onnxruntime's processor kernel is fast where the column
 * is a transposed row, and slow where it is a column.
 */
export function innerProduct(b: GraphBuilder, x: Value, y: Value, axis: number): Value {
  const kept = x.shape.slice(0, axis);
  const count = elementCount(x.shape.slice(axis));
  const run = runLength(count);
  const rows = [elementCount(x.shape) / run, 1, run];
  const sums = b.matmul(b.reshape(x, rows), b.transpose(b.reshape(y, rows), [0, 2, 1]));
  return run === count ? b.reshape(sums, kept) : b.sum(b.reshape(sums, [...kept, count / run]), [axis], 0);
}

/** The longest run that divides `count` evenly and is neither too long nor too short; else all of it. */
function runLength(count: number): number {
  if (count <= LONGEST_RUN) return count;
  for (let run = LONGEST_RUN; run >= SHORTEST_RUN; run--) if (count % run === 0) return run;
  return count;
}
