// Writes a state dict as `torch.save` does, with a pickler of its own, so that a mistake of the program's reader would show.

import { writeFileSync } from "node:fs";
import type { FloatTensor } from "../../src-main/common/tensor.ts";
import { zipStored } from "../../src-main/weights/torch/zip-stored.ts";

/** @param key under which the state dict lies in the file; absent: it is the whole file */
export function writeTorchWeights(file: string, tensors: Readonly<Record<string, FloatTensor>>, key?: string): void {
  const entries = Object.entries(tensors);
  const dict = pickleDict(entries.map(([name, tensor], storage) => [name, pickleTensor(tensor, storage)]));
  const root = key === undefined ? dict : pickleDict([[key, dict]]);
  const storages = entries.map(([, { data }], storage) => ({
    name: `model/data/${storage}`,
    content: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }));
  const pickle = { name: "model/data.pkl", content: Buffer.from(`\x80\x02${root}.`, "latin1") };
  const version = { name: "model/version", content: Buffer.from("3\n") };
  writeFileSync(file, Buffer.concat(zipStored([pickle, ...storages, version])));
}

/** EMPTY_DICT, MARK, keys and values, SETITEMS. */
function pickleDict(entries: readonly (readonly [name: string, value: string])[]): string {
  return `}(${entries.map(([name, value]) => text(name) + value).join("")}u`;
}

/** _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks), called by REDUCE; the storage is a persistent id. */
function pickleTensor({ shape, data }: FloatTensor, storage: number): string {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const id = `(${text("storage")}ctorch\nFloatStorage\n${text(String(storage))}${text("cpu")}${integer(data.length)}tQ`;
  const sizes = `(${shape.map(integer).join("")}t(${strides.map(integer).join("")}t`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}${integer(0)}${sizes}\x89ccollections\nOrderedDict\n)RtR`;
}

/** BININT */
function integer(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return `J${bytes.toString("latin1")}`;
}

/** BINUNICODE */
function text(value: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(value.length);
  return `X${length.toString("latin1")}${value}`;
}
