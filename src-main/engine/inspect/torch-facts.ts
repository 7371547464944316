// PyTorch files: weights of many families, and those that only Python can open.

import { isTorchFile } from "../../weights/read-weights.ts";
import { readTorchWeights } from "../../weights/torch/torch-weights.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type File } from "./kind.ts";
import { describeTensors, shorten } from "./safetensors-facts.ts";

/** Archives of other programs, and pickles that hold no tensors. */
const OTHER_THINGS = new Set(["torch-foreign", "torch-not-torch"]);
const EXTENSION = /\.(pt|pth|bin|ckpt)$/i;

export function isTorch(file: File): boolean {
  const faults = faultsOf(file);
  // A damaged archive could be anything but for its name.
  if (faults?.includes("zip-damaged") === true) return EXTENSION.test(file.path);
  return faults !== null && !faults.some((code) => OTHER_THINGS.has(code));
}

/** A zip archive that is no PyTorch file; what it is instead, the reader of PyTorch files says best. */
export function isOtherArchive(file: File): boolean {
  return faultsOf(file)?.includes("torch-not-torch") === true;
}

/** Of reading it as PyTorch's; `null`: it does not even begin like that. */
function faultsOf({ path, size }: File): readonly string[] | null {
  if (size === 0 || !isTorchFile(path)) return null;
  return attempt(() => readTorchWeights(path)).problems.map(({ code }) => code);
}

/** A training program may leave thousands of settings in its file. */
const MOST_SETTINGS = 12;

export function describeTorch({ path }: File): Description {
  const { tensors, prefix, scalars } = readTorchWeights(path);
  const settings = Object.entries(scalars).slice(0, MOST_SETTINGS);
  return describeTensors(path, tensors, [
    ...(prefix === "" ? [] : [fact("weights under", prefix)]),
    ...settings.map(([name, value]) => fact(shorten(name), shorten(String(value)))),
  ]);
}
