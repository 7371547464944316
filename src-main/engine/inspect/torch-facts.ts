// PyTorch files: weights of many families, and those that only Python can open.

import { isTorchFile } from "../../weights/read-weights.ts";
import { readTorchWeights } from "../../weights/torch/torch-weights.ts";
import { attempt } from "./attempt.ts";
import { type Description, fact, type File } from "./kind.ts";
import { describeTensors, shorten } from "./safetensors-facts.ts";

/** Archives of other programs, and pickles that hold no tensors. */
const OTHER_THINGS = new Set(["torch-foreign", "torch-not-torch"]);
const EXTENSION = /\.(pt|pth|bin|ckpt)$/i;

export function isTorch({ path, size }: File): boolean {
  if (size === 0 || !isTorchFile(path)) return false;
  const { problems } = attempt(() => readTorchWeights(path));
  // A damaged archive could be anything but for its name.
  if (problems.some(({ code }) => code === "zip-damaged")) return EXTENSION.test(path);
  return !problems.some(({ code }) => OTHER_THINGS.has(code));
}

/** A zip archive that is no PyTorch file; what it is instead, the reader of PyTorch files says best. */
export function isOtherArchive({ path, size }: File): boolean {
  if (size === 0 || !isTorchFile(path)) return false;
  return attempt(() => readTorchWeights(path)).problems.some(({ code }) => code === "torch-not-torch");
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
