// The tensors of a weight file, whichever of the formats it has.

import { readRange, withOpenFile } from "./byte-range.ts";
import { readSafetensorsHeader } from "./safetensors.ts";
import { TORCH_SIGNATURE, TORCH_SIGNATURE_BYTES } from "./torch/torch-signature.ts";
import { readTorchWeights } from "./torch/torch-weights.ts";
import { unwrapNames } from "./unwrap-names.ts";
import type { WeightMap } from "./weight-map.ts";

/** Types and places by the names that the network itself has; the data are not read. Every fault of the file is a `Refusal`. */
export function readWeights(file: string): WeightMap {
  return unwrapNames(readNamedWeights(file), file);
}

/** As `readWeights`, by the file's own names. */
export function readNamedWeights(file: string): WeightMap {
  return isTorchFile(file) ? readTorchWeights(file).tensors : readSafetensorsHeader(file).tensors;
}

/** A zip archive, or the bare pickle of older versions, which their reader refuses by name. What the file is called does not count. */
export function isTorchFile(file: string): boolean {
  return withOpenFile(file, (opened) => {
    const head = Buffer.from(readRange(opened, 0, Math.min(opened.size, TORCH_SIGNATURE_BYTES))).toString("latin1");
    return TORCH_SIGNATURE.test(head);
  });
}
