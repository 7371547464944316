// W + s · B·A: a weight with a change of low rank beside it (LoRA, Hu et al. 2021, arXiv:2106.09685). Nothing of the size of W is kept:
// the sum is computed when the weight is needed.

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import type { Adapt } from "../scope.ts";

/** Of one weight [out, in, …]: down (A) [rank, in, …], up (B) [out, rank], with 1s behind for convolutions. */
export interface LowRank<Tensor> {
  readonly down: Tensor;
  readonly up: Tensor;
}

/** @param scale [] s = α / rank, times the strength @returns W + (s · B)·A, in the shape of W */
export function addLowRank(b: GraphBuilder, weight: Value, { down, up }: LowRank<Value>, scale: Value): Value {
  const [out, rank] = [at(weight.shape, 0), at(down.shape, 0)];
  const inputs = elementCount(weight.shape) / out;
  // The small factor is scaled, not the product.
  const scaled = b.mul(b.reshape(up, [out, rank]), scale);
  const product = b.matmul(scaled, b.reshape(down, [rank, inputs]));
  return b.add(weight, b.reshape(product, weight.shape));
}

/** Changes one after the other. */
export function adaptByBoth(first: Adapt | undefined, second: Adapt): Adapt {
  return first === undefined ? second : (b, name, weight) => second(b, name, first(b, name, weight));
}
