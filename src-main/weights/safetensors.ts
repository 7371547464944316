// Reading and writing safetensors files: the header alone, small tensors into memory, and whole new files.

import { realpathSync } from "node:fs";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import { byteCount, type Tensor } from "../common/tensor.ts";
import { type OpenFile, readRange, withOpenFile } from "./byte-range.ts";
import { printForeign, recogniseForeignFile, RECOGNISED_BYTES } from "./foreign-file.ts";
import { decodeTensor } from "./read-tensor.ts";
import { type Header, LENGTH_BYTES, parseHeader, refuseShort } from "./safetensors-header.ts";
import { type WrittenTensor, writeTensors } from "./safetensors-writer.ts";
import type { WeightLocation, WeightMap } from "./weight-map.ts";

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: WeightMap;
}

/** The limit of the reference implementation. */
const LARGEST_HEADER = 100_000_000;

/** Names, types and byte ranges of all tensors; the data is not touched. Every fault of the file is a `Refusal`. */
export function readSafetensorsHeader(file: string): SafetensorsHeader {
  return withOpenFile(file, (opened) => {
    const headerLength = readHeaderLength(opened);
    const dataStart = LENGTH_BYTES + headerLength;
    const header = readHeader(opened, headerLength);
    // onnxruntime refuses links that leave a folder, as those of a download cache do, so locations name the file behind the link.
    const target = realpathSync(file);
    const tensors = header.entries.map(({ name, dtype, shape, begin, end }): [string, WeightLocation] => {
      return [name, { dtype, shape, file: target, offset: dataStart + begin, length: end - begin }];
    });
    return { metadata: header.metadata, tensors: new Map(tensors) };
  });
}

/**
 * Tensors in memory, all of the file or only `names`.
 * Half floats become float32; 8- and 16-bit integers become int32.
 */
export function readTensors(file: string, names?: readonly string[]): Record<string, Tensor> {
  const { tensors } = readSafetensorsHeader(file);
  return withOpenFile(file, (opened) => {
    const entries = (names ?? [...tensors.keys()]).map((name): [string, Tensor] => {
      const location = tensors.get(name) ?? refuseMissingTensor(file, name, tensors);
      return [name, decodeTensor(location, readRange(opened, location.offset, location.length))];
    });
    return Object.fromEntries(entries);
  });
}

/** Write a new file atomically. */
export function writeSafetensors(
  file: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const written = Object.entries(tensors).map(([name, { dtype, shape, data }]): WrittenTensor => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.length !== byteCount({ dtype, shape })) throw new Error(`the data of ${name} does not fill its shape`);
    return { name, dtype, shape, bytes: () => [bytes] };
  });
  writeTensors(file, written, metadata);
}

function readHeaderLength(opened: OpenFile): number {
  if (opened.size === 0) refuseForeign(opened, "the file is empty");
  if (opened.size < LENGTH_BYTES) refuseForeign(opened, `a file of ${opened.size} bytes has no room for a header`);
  const length = new DataView(readRange(opened, 0, LENGTH_BYTES).buffer).getBigUint64(0, true);
  if (length > BigInt(opened.size - LENGTH_BYTES)) {
    if (isPlausible(opened, length)) refuseShort(opened.file, opened.size, length + BigInt(LENGTH_BYTES));
    refuseForeign(opened, `the header should have ${length} bytes, but the file ends after ${opened.size}`);
  }
  if (length > BigInt(LARGEST_HEADER)) {
    refuseForeign(opened, `the header should have ${length} bytes, more than the ${LARGEST_HEADER} allowed`);
  }
  return Number(length);
}

/** Whether this is the length of a header, which begins: and not the first bytes of something else. */
function isPlausible(opened: OpenFile, length: bigint): boolean {
  if (length > BigInt(LARGEST_HEADER) || opened.size === LENGTH_BYTES) return false;
  return readRange(opened, LENGTH_BYTES, 1)[0] === "{".charCodeAt(0);
}

function readHeader(opened: OpenFile, headerLength: number): Header {
  const bytes = readRange(opened, LENGTH_BYTES, headerLength);
  if (bytes[0] !== "{".charCodeAt(0)) refuseForeign(opened, "the header does not begin with {");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return refuseForeign(opened, "the header is not UTF-8 text");
  }
  return parseHeader(opened.file, text, opened.size - LENGTH_BYTES - headerLength);
}

/** The file is not safetensors at all: say what it is where its first bytes tell. */
function refuseForeign(opened: OpenFile, message: string): never {
  const foreign = recogniseForeignFile(readRange(opened, 0, Math.min(opened.size, RECOGNISED_BYTES)));
  const at = { file: opened.file };
  const fault: Omit<Diagnostic, "severity"> = foreign
    ? {
        code: "safetensors-foreign",
        at,
        message: `this is no file of weights, but ${printForeign(foreign)}`,
        help: foreign.help,
      }
    : { code: "safetensors-header", at, message, help: "the file is incomplete or damaged: download it again" };
  refuse(fault);
}

function refuseMissingTensor(file: string, name: string, tensors: WeightMap): never {
  const present = [...tensors.keys()];
  const listed = present.slice(0, 8).join(", ") + (present.length > 8 ? `, … (${present.length} in all)` : "");
  refuse({
    code: "safetensors-missing-tensor",
    at: { file, part: name },
    message: "the file has no tensor of this name",
    help: `the file holds ${listed || "no tensors"}`,
  });
}
