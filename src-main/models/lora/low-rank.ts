// A change of low rank of a layer: W + s · B·A (LoRA, Hu et al. 2021, arXiv:2106.09685). No copy of the weights is kept.

import { elementCount } from "../../common/tensor.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import type { Layer } from "../scope.ts";

/** Of a weight [out, in, …]: down (A) [rank, in, …], up (B) [out, rank], perhaps with 1s behind. */
export interface LowRank<Tensor> {
  readonly down: Tensor;
  readonly up: Tensor;
}

/**
 * s · B·(A·x) beside the layer. Its gradient needs nothing of the size of W.
 * @param scale [] s = α / rank, times the strength
 */
export function besideLayer(b: GraphBuilder, layer: Layer, { down, up }: LowRank<Value>, scale: Value): Layer {
  const { x, weight, operator, pointwise, beside } = layer;
  const rank = at(down.shape, 0);
  const ofPoints = [at(weight.shape, 0), rank, ...weight.shape.slice(2).map(() => 1)];
  const narrow = operator(x, b.reshape(down, [rank, ...weight.shape.slice(1)]), null);
  // The small factor is scaled, not the product.
  return { ...layer, beside: [...beside, pointwise(narrow, b.mul(b.reshape(up, ofPoints), scale))] };
}

/** W + s · B·A in the place of the weight: less to compute where a layer has many rows, and its sum is as large as W. */
function inLayer(b: GraphBuilder, layer: Layer, { down, up }: LowRank<Value>, scale: Value): Layer {
  const { weight } = layer;
  const [out, rank] = [at(weight.shape, 0), at(down.shape, 0)];
  const product = b.matmul(
    b.mul(b.reshape(up, [out, rank]), scale),
    b.reshape(down, [rank, elementCount(weight.shape) / out]),
  );
  return { ...layer, weight: b.add(weight, b.reshape(product, weight.shape)) };
}

/** Whichever is less to compute. The larger weights have fewer rows: those of wide layers at small sizes. */
export function changeLayer(b: GraphBuilder, layer: Layer, change: LowRank<Value>, scale: Value): Layer {
  const { x, weight } = layer;
  const out = at(weight.shape, 0);
  const inputs = elementCount(weight.shape) / out;
  const rows = elementCount(x.shape) / at(x.shape, 1);
  const isMany = rows * (inputs + out) > inputs * out;
  return (isMany ? inLayer : besideLayer)(b, layer, change, scale);
}
