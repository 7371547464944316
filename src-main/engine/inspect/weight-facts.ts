// What the headers of weight files tell: how many parameters, how stored, how large.

import { counted } from "../../common/counted.ts";
import { elementCount } from "../../common/tensor.ts";
import type { WeightMap } from "../../weights/weight-map.ts";
import { type Fact, fact } from "./kind.ts";
import { printBytes, printCount } from "./quantities.ts";

const FLOATS = new Set(["float64", "float32", "float16", "bfloat16"]);

/** Tensors of integers, such as stored position ids, are no parameters. */
export function weightFacts(weights: WeightMap): Fact[] {
  const floats = [...weights.values()].filter(({ dtype }) => FLOATS.has(dtype));
  const types = [...new Set(floats.map(({ dtype }) => dtype))];
  return [
    fact("parameters", `${printCount(parameterCount(weights))} in ${counted(weights.size, "tensor")}`),
    fact("stored as", types.join(", ") || "no floating-point tensors"),
    fact("size", printBytes(storedBytes(weights))),
  ];
}

export function parameterCount(weights: WeightMap): number {
  return [...weights.values()]
    .filter(({ dtype }) => FLOATS.has(dtype))
    .reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

export function storedBytes(weights: WeightMap): number {
  return [...weights.values()].reduce((sum, { length }) => sum + length, 0);
}
