// Writes a tensor, alone or as word vectors, as `torch.save` does: an archive of stored parts and a pickle that says how to read them.

import { byteCount, type FloatTensor } from "../../common/tensor.ts";
import { writeFileAtomically } from "../atomic-write.ts";
import { zipStored } from "./zip-stored.ts";

/** What `torch.load(file, weights_only=True)` reads as a tensor. Written atomically; the same numbers give the same bytes. */
export function writeTorchTensor(file: string, tensor: FloatTensor): void {
  writeArchive(file, tensor, tensorOf(tensor));
}

/** A textual inversion as the stable-diffusion-webui saves one. @param vectors [count, width] */
export function writeTorchInversion(
  file: string,
  { name, step, vectors }: { readonly name: string; readonly step: number; readonly vectors: FloatTensor },
): void {
  const value = dictionary([
    ["string_to_param", dictionary([["*", tensorOf(vectors)]])],
    ["name", text(name)],
    ["step", integer(step)],
  ]);
  writeArchive(file, vectors, value);
}

/** @param value what the file holds, as the pickle says it, of which the tensor is a part */
function writeArchive(file: string, { dtype, shape, data }: FloatTensor, value: string): void {
  if (data.byteLength !== byteCount({ dtype, shape })) throw new Error("the data does not fill the shape");
  const parts = [
    { name: "archive/data.pkl", content: Buffer.from(["\x80\x02", value, STOP].join(""), "latin1") },
    { name: "archive/byteorder", content: Buffer.from("little") },
    { name: "archive/data/0", content: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
    // The version of the format since PyTorch 1.6.
    { name: "archive/version", content: Buffer.from("3\n") },
  ];
  writeFileAtomically(file, zipStored(parts));
}

/**
 * torch._utils._rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks), in protocol 2,
 * where storage is the persistent id ("storage", torch.FloatStorage, "0", "cpu", number of elements).
 */
function tensorOf({ shape, data: { length: elements } }: FloatTensor): string {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const storage = tuple(text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"), integer(elements));
  const args = tuple(
    [storage, BINPERSID].join(""),
    integer(0),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    NEWFALSE,
    [global("collections", "OrderedDict"), EMPTY_TUPLE, REDUCE].join(""),
  );
  return [global("torch._utils", "_rebuild_tensor_v2"), args, REDUCE].join("");
}

// One character a byte.
const [BINPERSID, NEWFALSE, EMPTY_TUPLE, REDUCE, STOP] = ["Q", "\x89", ")", "R", "."];

function global(module: string, name: string): string {
  return `c${module}\n${name}\n`;
}

/** EMPTY_DICT, then from MARK to SETITEMS. */
function dictionary(entries: readonly (readonly [key: string, value: string])[]): string {
  return `}(${entries.map(([key, value]) => text(key) + value).join("")}u`;
}

/** From MARK to TUPLE. */
function tuple(...items: readonly string[]): string {
  return `(${items.join("")}t`;
}

/** BININT. */
function integer(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return `J${bytes.toString("latin1")}`;
}

/** BINUNICODE. */
function text(value: string): string {
  const bytes = Buffer.from(value, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return `X${length.toString("latin1")}${bytes.toString("latin1")}`;
}
