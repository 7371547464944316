// PyTorch's format from before version 1.6: five pickles one after another, and then the storages, each after its length.

import type { Place } from "../../common/diagnostic.ts";
import { refuse } from "../../common/diagnostic.ts";
import { BYTES_PER_ELEMENT } from "../../common/tensor.ts";
import { type OpenFile, readRange } from "../byte-range.ts";
import { leaves } from "./pickle-leaves.ts";
import { isNode, type PickleValue } from "./pickle-value.ts";
import { PickleReader } from "./read-pickle.ts";
import { ALLOWED_NAMES } from "./torch-globals.ts";
import { isTensor, type Region, storageOf } from "./torch-tensor.ts";

/** The number 0x1950a86a20f9469cfc6c, pickled. */
const MAGIC = /^\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19\./;
const MAGIC_BYTES = 15;

export function isLegacy(opened: OpenFile): boolean {
  const head = readRange(opened, 0, Math.min(opened.size, MAGIC_BYTES));
  return MAGIC.test(Buffer.from(head).toString("latin1"));
}

/** The pickles come first: no checkpoint has more of them than this. */
const MOST_BYTES = 64 * 2 ** 20;
/** Before each storage stands its number of elements. */
const COUNT_BYTES = 8;

export interface LegacyContents {
  readonly value: PickleValue;
  /** Bytes of the storages by their keys. */
  readonly regions: ReadonlyMap<string, Region>;
}

/** @throws Refusal if the file is damaged, or was written on a machine of the other byte order */
export function readLegacy(opened: OpenFile): LegacyContents {
  const at = { file: opened.file };
  const pickles = new PickleReader(readRange(opened, 0, Math.min(opened.size, MOST_BYTES)), ALLOWED_NAMES, at);
  const [, , system, value, keys] = [pickles.next(), pickles.next(), pickles.next(), pickles.next(), pickles.next()];
  refuseBigEndian(system, at);
  return { value: value ?? null, regions: locateStorages(opened, pickles.position, widthsOf(value ?? null, at), keys) };
}

/** A dict with `little_endian`, and the sizes of C's types on that machine. */
function refuseBigEndian(system: PickleValue | undefined, at: Place): void {
  const entries = isNode(system) && system.kind === "dict" ? system.entries : null;
  if (entries?.get("little_endian") === true) return;
  refuse({
    code: "torch-byte-order",
    at,
    message: "the file does not say that its numbers are written with the low byte first (little-endian)",
    help: "load and save the file with PyTorch on a usual machine",
  });
}

/** Bytes of an element by the key of its storage, as the tensors tell them. */
function widthsOf(value: PickleValue, at: Place): ReadonlyMap<string, number> {
  const tensors = [...leaves(value)].flatMap(([, leaf]) => (isTensor(leaf) ? [leaf] : []));
  return new Map(
    tensors.map((tensor) => {
      const { key, dtype } = storageOf(tensor, at);
      return [key, BYTES_PER_ELEMENT[dtype]];
    }),
  );
}

function locateStorages(
  opened: OpenFile,
  start: number,
  widths: ReadonlyMap<string, number>,
  keys: PickleValue | undefined,
): ReadonlyMap<string, Region> {
  const at = { file: opened.file };
  if (!isNode(keys) || keys.kind !== "list") return refuseDamaged(at, "it does not list its storages");
  const regions = new Map<string, Region>();
  let offset = start;
  for (const key of keys.items) {
    const width = typeof key === "string" ? widths.get(key) : undefined;
    // Without its element type, where a storage ends and the next begins is unknown.
    if (typeof key !== "string" || width === undefined) return refuseDamaged(at, "a storage belongs to no tensor");
    if (offset + COUNT_BYTES > opened.size) return refuseDamaged(at, "it ends before its numbers do");
    const count = new DataView(readRange(opened, offset, COUNT_BYTES).buffer).getBigUint64(0, true);
    offset += COUNT_BYTES;
    const length = Number(count) * width;
    if (offset + length > opened.size) return refuseDamaged(at, "it ends before its numbers do");
    regions.set(key, { offset, length });
    offset += length;
  }
  return regions;
}

function refuseDamaged(at: Place, message: string): never {
  refuse({
    code: "torch-damaged",
    at,
    message: `the file is in PyTorch's format from before version 1.6, and ${message}`,
    help: "the file is incomplete or damaged: download it again",
  });
}
