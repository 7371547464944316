// Tells the weights of one network from those of another without reading all of them.

import { createHash } from "node:crypto";
import { elementCount } from "../common/tensor.ts";
import { type OpenFile, readRange, withOpenFile } from "../weights/byte-range.ts";
import { bfloat16ToFloat32, float32ToFloat16 } from "../weights/half-float.ts";
import type { WeightLocation, WeightMap } from "../weights/weight-map.ts";

/** Numbers of each tensor that enter the hash: training moves nearly every number, so few tell enough. */
const SAMPLED = 64;
/** Older transformers keep the text tower under this name, newer ones do not. */
const OPTIONAL_PREFIX = /^text_model\./;

/**
 * 12 hexadecimal digits over the names, the shapes and the first numbers of every tensor.
 * Sharded or whole, in float32 or float16, the same weights have the same hash. Tensors of integers are left out: they are no weights.
 */
export function hashWeights(weights: WeightMap): string {
  const lines = [...Map.groupBy(weights, ([, { file }]) => file)].flatMap(([file, entries]) =>
    withOpenFile(file, (opened) => entries.flatMap(([name, location]) => describe(opened, name, location) ?? [])),
  );
  return createHash("sha256").update(lines.toSorted().join("\n")).digest("hex").slice(0, 12);
}

function describe(opened: OpenFile, name: string, location: WeightLocation): string | undefined {
  const sample = sampleOf(opened, location);
  if (sample === undefined) return undefined;
  const hex = Buffer.from(sample.buffer).toString("hex");
  return `${name.replace(OPTIONAL_PREFIX, "")} [${location.shape.join(", ")}] ${hex}`;
}

/** As binary16, so that the precision of the file does not count. */
function sampleOf(opened: OpenFile, { dtype, shape, offset }: WeightLocation): Uint16Array<ArrayBuffer> | undefined {
  const count = Math.min(SAMPLED, elementCount(shape));
  switch (dtype) {
    case "float32":
      return float32ToFloat16(new Float32Array(readRange(opened, offset, 4 * count).buffer));
    case "float16":
      return new Uint16Array(readRange(opened, offset, 2 * count).buffer);
    case "bfloat16":
      return float32ToFloat16(bfloat16ToFloat32(new Uint16Array(readRange(opened, offset, 2 * count).buffer)));
    case "float64":
      return float32ToFloat16(Float32Array.from(new Float64Array(readRange(opened, offset, 8 * count).buffer)));
    default:
      return undefined;
  }
}
