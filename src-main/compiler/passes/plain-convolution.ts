// The convolution that diffusion models are made of: 3×3, at stride 1, of the same size before and after.

import { sameShape } from "../../common/tensor.ts";
import type { Node, Value } from "../graph.ts";

export function isPlain3x3(attributes: Node["attributes"], w: Value | null | undefined): w is Value {
  return (
    w?.dtype === "float32" &&
    isList(w.shape.slice(2), [3, 3]) &&
    attributes["group"] === 1 &&
    isList(attributes["pads"], [1, 1, 1, 1]) &&
    isList(attributes["strides"], [1, 1]) &&
    isList(attributes["dilations"], [1, 1])
  );
}

export function isList(value: Node["attributes"][string] | undefined, list: readonly number[]): boolean {
  return typeof value === "object" && sameShape(value, list);
}
