// Writes a single file of a whole model anew, with other numbers in the place of some. The rest is copied byte for byte, a part at a time.

import type { FloatTensor } from "../../common/tensor.ts";
import { BYTES_PER_ELEMENT } from "../../common/tensor.ts";
import { copiedTensor, type Patch, patchedTensor } from "../../weights/copied-tensor.ts";
import { isTorchFile, readNamedWeights } from "../../weights/read-weights.ts";
import { writeTensors } from "../../weights/safetensors-writer.ts";
import { readSafetensorsHeader } from "../../weights/safetensors.ts";
import type { WeightLocation } from "../../weights/weight-map.ts";
import type { ChangedNetwork } from "../clip/write-text-encoder.ts";

/**
 * As safetensors, also where the source is a PyTorch file.
 * @param source the file that `weights` lie in, be it as parts of larger tensors
 * @throws Refusal if the file cannot be written
 */
export function writeCheckpoint(file: string, source: string, { weights, changed, about }: ChangedNetwork): void {
  const places = Object.entries(changed).map(([name, { data }]) => {
    const location = weights.get(name);
    if (location === undefined || location.transposed === true) throw new Error(`${name} does not lie in ${source}`);
    return { location, data };
  });
  const tensors = [...readNamedWeights(source)].map(([name, whole]) => {
    const patches = places.flatMap((place) => patchOf(place, whole) ?? []);
    return patches.length === 0 ? copiedTensor(name, whole) : patchedTensor(name, whole, patches);
  });
  const metadata = isTorchFile(source) ? {} : readSafetensorsHeader(source).metadata;
  writeTensors(file, tensors, { format: "pt", ...metadata, ...about });
}

interface Place extends Pick<FloatTensor, "data"> {
  readonly location: WeightLocation;
}

/** Where in a tensor of the file it lies: OpenCLIP has the projections of an attention in one. */
function patchOf({ location, data }: Place, whole: WeightLocation): Patch | undefined {
  const begin = location.offset - whole.offset;
  const isInside = begin >= 0 && begin + location.length <= whole.length;
  return location.file === whole.file && isInside ? { from: begin / BYTES_PER_ELEMENT[whole.dtype], data } : undefined;
}
