// The tensors of a PyTorch file (.pt, .pth, .bin, .ckpt) as places in the file, and the plain values beside them. No code of the file is run.

import { realpathSync } from "node:fs";
import { refuse } from "../../common/diagnostic.ts";
import { type OpenFile, readRange, withOpenFile } from "../byte-range.ts";
import type { WeightLocation, WeightMap } from "../weight-map.ts";
import { isLegacy, readLegacy } from "./legacy-format.ts";
import { leaves } from "./pickle-leaves.ts";
import { entriesOf, type PickleValue } from "./pickle-value.ts";
import { readPickle } from "./read-pickle.ts";
import { refuseOtherContents, refuseOtherFormats } from "./torch-format.ts";
import { ALLOWED_NAMES } from "./torch-globals.ts";
import { isTensor, locateTensor, type Region, type Storages } from "./torch-tensor.ts";
import { locateData, readZipDirectory, type ZipDirectory } from "./zip-directory.ts";

export interface TorchWeights {
  /** By the names of the state dict; those of nested dicts are joined by dots. A file that is one tensor has the name "". */
  readonly tensors: WeightMap;
  /** The key under which the state dict was found, such as `state_dict` or `model`; "" if it is the whole file. */
  readonly prefix: string;
  /** Numbers, texts and booleans of the file outside the tensors, by their dotted names: `global_step`. */
  readonly scalars: Readonly<Record<string, number | string | boolean>>;
}

/**
 * Names, types and byte ranges of all tensors; their data are not read.
 * @throws Refusal for the tar archives of the first versions, TorchScript, other kinds of files, anything that is no data, and damage
 */
export function readTorchWeights(file: string): TorchWeights {
  return withOpenFile(file, (opened) => {
    const target = realpathSync(file);
    if (isLegacy(opened)) {
      const { value, regions } = readLegacy(opened);
      return collect({ opened, find: (key) => regions.get(key), target }, value);
    }
    refuseOtherFormats(opened);
    const directory = readZipDirectory(opened);
    const root = findRoot(opened, directory);
    refuseBigEndian(opened, directory, root);
    const find = (key: string): Region | undefined => {
      const entry = directory.get(`${root}data/${key}`);
      return entry === undefined ? undefined : locateData(opened, entry);
    };
    return collect({ opened, find, target }, readData(opened, directory, root));
  });
}

/** Bytes. A checkpoint with its optimizer's state has about a megabyte. */
const LARGEST_PICKLE = 64 * 2 ** 20;

/** The folder inside the archive, with its slash. */
function findRoot(opened: OpenFile, directory: ZipDirectory): string {
  const names = [...directory.keys()];
  refuseOtherContents(opened, names);
  const pickle = names.find((name) => /^([^/]*\/)?data\.pkl$/.test(name));
  if (pickle !== undefined) return pickle.slice(0, -"data.pkl".length);
  return refuse({
    code: "torch-not-torch",
    at: { file: opened.file },
    message: "this is a zip archive, but PyTorch did not write it: it holds no data.pkl",
    help: "if the weights are packed inside it, unpack them and give the file itself",
  });
}

function refuseBigEndian(opened: OpenFile, directory: ZipDirectory, root: string): void {
  const entry = directory.get(`${root}byteorder`);
  if (entry === undefined) return;
  const { offset, length } = locateData(opened, entry);
  const order = Buffer.from(readRange(opened, offset, Math.min(length, 16)).buffer).toString("latin1");
  if (order === "little") return;
  refuse({
    code: "torch-byte-order",
    at: { file: opened.file, part: entry.name },
    message: `the numbers are written ${order === "big" ? "with the high byte first (big-endian)" : `in the order "${order}"`}`,
    help: "load and save the file with PyTorch on a usual machine",
  });
}

function readData(opened: OpenFile, directory: ZipDirectory, root: string): PickleValue {
  const entry = directory.get(`${root}data.pkl`);
  if (entry === undefined) throw new Error("the root of the archive is where data.pkl lies");
  const { offset, length } = locateData(opened, entry);
  const at = { file: opened.file, part: entry.name };
  if (length > LARGEST_PICKLE) {
    refuse({
      code: "pickle-large",
      at,
      message: `the pickle has ${length} bytes, more than the ${LARGEST_PICKLE} allowed`,
      help: "save the tensors alone (state_dict), or as safetensors",
    });
  }
  return readPickle(readRange(opened, offset, length), ALLOWED_NAMES, at);
}

/** Keys under which training programs put the weights, the usual first. */
const STATE_DICTS = ["state_dict", "model_state_dict", "model", "module", "params_ema", "params"];

function collect(storages: Storages, value: PickleValue): TorchWeights {
  const root = entriesOf(value);
  const prefix = STATE_DICTS.find((key) => leaves(root?.get(key) ?? null).some(([, leaf]) => isTensor(leaf))) ?? "";
  const tensors = new Map<string, WeightLocation>();
  // Beside a state dict there may be the tensors of optimizers.
  for (const [name, leaf] of leaves(prefix === "" ? value : (root?.get(prefix) ?? null))) {
    if (!isTensor(leaf)) continue;
    if (tensors.has(name)) refuseRepeated(storages, name);
    tensors.set(name, locateTensor(storages, leaf, name));
  }
  const scalars = [...leaves(value)].flatMap(([name, leaf]): [string, number | string | boolean][] =>
    typeof leaf === "number" || typeof leaf === "string" || typeof leaf === "boolean" ? [[name, leaf]] : [],
  );
  return { tensors, prefix, scalars: Object.fromEntries(scalars) };
}

function refuseRepeated({ opened }: Storages, name: string): never {
  refuse({
    code: "torch-duplicate",
    at: { file: opened.file, part: name },
    message: "two tensors of the file have this name",
    help: "load the file with PyTorch, rename one of them, and save it again",
  });
}
