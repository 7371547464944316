// NumPy arrays in files (.npy): the header checked, the data left in place. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

import { realpathSync } from "node:fs";
import { refuse } from "../common/diagnostic.ts";
import { byteCount, type DataType, type FloatTensor, printType, type Shape } from "../common/tensor.ts";
import { writeFileAtomically } from "./atomic-write.ts";
import { type OpenFile, readRange, withOpenFile } from "./byte-range.ts";
import type { WeightLocation } from "./weight-map.ts";

const NPY_MAGIC = "\x93NUMPY";

/** Type, shape and place of the array. @throws Refusal for object arrays, column order, other byte orders, and damage */
export function readNpyHeader(file: string): WeightLocation {
  return withOpenFile(file, (opened) => {
    const { text, end } = readHeaderText(opened);
    const type = parseHeader(opened, text);
    const length = byteCount(type);
    if (end + length !== opened.size) {
      refuseDamaged(opened, `${printType(type)} needs ${length} bytes, but ${opened.size - end} follow the header`);
    }
    // As for safetensors: onnxruntime refuses links that leave a folder.
    return { ...type, file: realpathSync(file), offset: end, length };
  });
}

/** Written atomically, in format version 1. */
export function writeNpy(file: string, { dtype, shape, data }: FloatTensor): void {
  if (data.byteLength !== byteCount({ dtype, shape })) throw new Error("the data does not fill the shape");
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Spaces and a line end after the dict let the data begin at a multiple of 64 bytes.
  const end = Math.ceil((PREAMBLE_BYTES + 2 + dict.length + 1) / 64) * 64;
  const header = Buffer.alloc(end, " ");
  header.write(NPY_MAGIC, "latin1");
  header.writeUInt16LE(1, NPY_MAGIC.length);
  header.writeUInt16LE(end - PREAMBLE_BYTES - 2, PREAMBLE_BYTES);
  header.write(dict, PREAMBLE_BYTES + 2, "latin1");
  header.write("\n", end - 1);
  writeFileAtomically(file, [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/** Magic, version, length of the header in 2 bytes (version 1) or 4. */
const PREAMBLE_BYTES = NPY_MAGIC.length + 2;
/** NumPy itself stops at 10,000 characters. */
const LONGEST_HEADER = 10_000;

function readHeaderText(opened: OpenFile): { readonly text: string; readonly end: number } {
  const preamble = Buffer.from(readRange(opened, 0, Math.min(opened.size, PREAMBLE_BYTES + 4)));
  if (!preamble.toString("latin1").startsWith(NPY_MAGIC))
    refuseDamaged(opened, "the file does not begin as one of NumPy");
  const [major = 0, minor] = preamble.subarray(NPY_MAGIC.length);
  if (major < 1 || major > 3) refuseDamaged(opened, `the format version is ${major}.${minor}, not 1 to 3`);
  const lengthBytes = major === 1 ? 2 : 4;
  if (preamble.length < PREAMBLE_BYTES + lengthBytes) refuseDamaged(opened, "the file ends within its header");
  const length = preamble.readUIntLE(PREAMBLE_BYTES, lengthBytes);
  const start = PREAMBLE_BYTES + lengthBytes;
  if (length > LONGEST_HEADER || start + length > opened.size) {
    refuseDamaged(opened, `the header should have ${length} bytes, but the file has ${opened.size}`);
  }
  return { text: Buffer.from(readRange(opened, start, length)).toString("latin1"), end: start + length };
}

const HEADER = /^\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([\d, ]*)\),? *\}\s*$/;

const DATA_TYPES: { readonly [descr: string]: DataType | undefined } = {
  "<f8": "float64",
  "<f4": "float32",
  "<f2": "float16",
  "<i8": "int64",
  "<i4": "int32",
  "<i2": "int16",
  "|i1": "int8",
  "|u1": "uint8",
  "|b1": "bool",
};

/** The header is a Python dict, always written in this one way. */
function parseHeader(opened: OpenFile, text: string): { readonly dtype: DataType; readonly shape: Shape } {
  const [, descr, fortranOrder, sizes] = HEADER.exec(text) ?? [];
  if (descr === undefined || sizes === undefined) {
    return refuseDamaged(opened, `the header is not understood: ${text.trim().slice(0, 80)}`);
  }
  const dtype = Object.hasOwn(DATA_TYPES, descr) ? DATA_TYPES[descr] : undefined;
  const at = { file: opened.file };
  if (dtype === undefined) {
    return refuse({
      code: "npy-dtype",
      at,
      message: `the elements are of the type ${descr}, not one of ${Object.keys(DATA_TYPES).join(", ")}`,
      help: "in Python: numpy.save(FILE, array.astype('<f4'))",
    });
  }
  if (fortranOrder === "True") {
    return refuse({
      code: "npy-order",
      at,
      message: "the array is stored column by column (Fortran order)",
      help: "in Python: numpy.save(FILE, numpy.ascontiguousarray(array))",
    });
  }
  const shape = sizes
    .split(",")
    .filter((size) => size.trim() !== "")
    .map(Number);
  if (shape.length > 32 || !shape.every(Number.isSafeInteger)) {
    return refuseDamaged(opened, `the shape (${sizes.slice(0, 80)}) is not a list of sizes`);
  }
  return { dtype, shape };
}

function refuseDamaged(opened: OpenFile, message: string): never {
  refuse({
    code: "npy-damaged",
    at: { file: opened.file },
    message,
    help: "the file is incomplete or damaged: write or download it again",
  });
}
