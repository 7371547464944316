// The kernel by which a convolution's gradient is a convolution again: its taps in reverse order, its channels swapped.

import { sameShape } from "../../common/tensor.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import type { Value } from "../graph.ts";
import { at, axesFrom } from "../shapes.ts";
import { reversal } from "./movement.ts";

/** [out, in, …kernel] → [in, out, …kernel]. */
export function turnKernel(b: GraphBuilder, w: Value): Value {
  const axes = axesToTurn(w);
  const turned = axes.length > 0 ? b.op("Slice", [w], reversal(w.shape, axes)) : w;
  return b.transpose(turned, swapOf(w));
}

/** The kernel that `w` was made of by `turnKernel`, if it was. */
export function turnedFrom(b: GraphBuilder, w: Value): Value | null {
  const swap = b.producer(w);
  if (swap?.op !== "Transpose" || !isList(swap.attributes["perm"], swapOf(w))) return null;
  const turned = b.value(swap.inputs[0] ?? "");
  const axes = axesToTurn(turned);
  if (axes.length === 0) return turned;
  const turn = b.producer(turned);
  const isTurn = Object.entries(reversal(turned.shape, axes)).every(([key, list]) =>
    isList(turn?.attributes[key], list),
  );
  return turn?.op === "Slice" && isTurn ? b.value(turn.inputs[0] ?? "") : null;
}

function axesToTurn({ shape }: Value): readonly number[] {
  return axesFrom(2, shape.length).filter((axis) => at(shape, axis) > 1);
}

function swapOf({ shape }: Value): readonly number[] {
  return [1, 0, ...axesFrom(2, shape.length)];
}

function isList(value: unknown, list: readonly number[]): boolean {
  return Array.isArray(value) && sameShape(value, list);
}
