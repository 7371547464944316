// A stack of linear layers without anything between them, as LAION's aesthetic predictor and ImageReward end in: one affine map.

import { counted } from "../../common/counted.ts";
import { refuse } from "../../common/diagnostic.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { at } from "../../compiler/shapes.ts";
import { readTensorAt } from "../../weights/read-tensor.ts";
import type { WeightLocation } from "../../weights/weight-map.ts";
import type { WeightFile } from "./reward-files.ts";

export interface AffineHead {
  readonly weight: Float64Array;
  readonly bias: number;
}

/** Where the layers stand in their nn.Sequential; the numbers between are dropouts. */
const PLACES = [0, 2, 4, 6, 7];

/**
 * @param prefix what stands before `layers.0.weight`
 * @throws Refusal if a tensor is missing, does not fit, or stands where an activation would push it
 */
export function readAffineHead({ file, tensors }: WeightFile, prefix = ""): AffineHead {
  const places = [...tensors.keys()].flatMap((name) =>
    name.startsWith(`${prefix}layers.`) && name.endsWith(".weight") ? [Number(name.split(".").at(-2))] : [],
  );
  const inOrder = places.toSorted((a, b) => a - b);
  if (inOrder.join() !== PLACES.join()) {
    refuse({
      code: "head-unsupported",
      at: { file, part: `${prefix}layers` },
      message: `the head has its layers at ${inOrder.join(", ")}, not at ${PLACES.join(", ")}: something lies between them`,
      help: "use the variant without activations, such as sac+logos+ava1-l14-linearMSE.pth",
    });
  }
  // From the score backwards: (w₂, b₂) after (W₁, b₁) is (w₂·W₁, w₂·b₁ + b₂).
  return inOrder
    .toReversed()
    .reduce((head: AffineHead, place) => before(head, { file, tensors }, `${prefix}layers.${place}`), {
      weight: Float64Array.of(1),
      bias: 0,
    });
}

function before({ weight, bias }: AffineHead, { file, tensors }: WeightFile, layer: string): AffineHead {
  const [matrix, offsets] = [tensors.get(`${layer}.weight`), tensors.get(`${layer}.bias`)];
  const [out = 0, width = 0] = matrix?.shape ?? [];
  if (matrix === undefined || offsets === undefined || out !== weight.length || offsets.shape[0] !== out) {
    return refuse({
      code: "head-unsupported",
      at: { file, part: layer },
      message: `a layer to ${counted(weight.length, "number")} is needed here, but the file has ${out === 0 ? "none" : out}`,
      help: "check that the download is complete",
    });
  }
  const [rows, shift] = [numbers(matrix), numbers(offsets)];
  const combined = new Float64Array(width);
  let sum = bias;
  for (const [row, factor] of weight.entries()) {
    sum += factor * (shift[row] ?? NaN);
    for (let column = 0; column < width; column++) {
      combined[column] = (combined[column] ?? 0) + factor * (rows[row * width + column] ?? NaN);
    }
  }
  return { weight: combined, bias: sum };
}

function numbers(location: WeightLocation): Float32Array | Float64Array {
  const { dtype, data } = readTensorAt(location);
  if (dtype === "float32" || dtype === "float64") return data;
  throw new Error(`a layer of ${dtype} holds no weights`);
}

/** x [batch, width] → [batch] */
export function applyAffineHead(b: GraphBuilder, { weight, bias }: AffineHead, x: Value): Value {
  const batch = at(x.shape, 0);
  const product = b.matmul(x, b.constant("float32", [weight.length, 1], weight));
  return b.add(b.reshape(product, [batch]), b.scalar(bias));
}
