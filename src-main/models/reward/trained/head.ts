// A small network that scores what a CLIP says of an image: one linear layer, or two with a ReLU between them.

import type { HeadFeatures } from "../../../common/reward-options.ts";
import type { Shape } from "../../../common/tensor.ts";
import type { GraphBuilder } from "../../../compiler/graph-builder.ts";
import type { Value } from "../../../compiler/graph.ts";
import { at } from "../../../compiler/shapes.ts";

export interface HeadForm {
  readonly features: HeadFeatures;
  /** Of the layer between; 0: there is none. */
  readonly hidden: number;
}

/** By the names that a file has. @param width of the CLIP's embeddings */
export function headShapes({ features, hidden }: HeadForm, width: number): Readonly<Record<string, Shape>> {
  const inputs = features === "image" ? width : 2 * width;
  if (hidden === 0) return { "head.0.weight": [1, inputs], "head.0.bias": [1] };
  return {
    "head.0.weight": [hidden, inputs],
    "head.0.bias": [hidden],
    "head.1.weight": [1, hidden],
    "head.1.bias": [1],
  };
}

/** @param image and @param prompt embeddings [batch, width] of length 1 → [batch, features] */
export function headInput(b: GraphBuilder, image: Value, prompt: Value | undefined): Value {
  return prompt === undefined ? image : b.concat([image, b.mul(image, prompt)], 1);
}

/** x [batch, features] → [batch] */
export function lowerHead(b: GraphBuilder, { hidden }: HeadForm, x: Value, tensor: (name: string) => Value): Value {
  const layer = (input: Value, place: number): Value =>
    b.op("Gemm", [input, tensor(`head.${place}.weight`), tensor(`head.${place}.bias`)], { transA: 0, transB: 1 });
  const first = layer(x, 0);
  const last = hidden === 0 ? first : layer(b.op("Relu", [first], {}), 1);
  return b.reshape(last, [at(x.shape, 0)]);
}
