// The JSON header of a safetensors file, checked completely: https://github.com/huggingface/safetensors#format

import { counted } from "../common/counted.ts";
import { type Diagnostic, Refusal, refuse } from "../common/diagnostic.ts";
import { printShort } from "../common/print-issue.ts";
import { BYTES_PER_ELEMENT, type DataType } from "../common/tensor.ts";

/** What the format calls them. */
export const NAME_OF_DATA_TYPE: { readonly [D in DataType]: string } = {
  float64: "F64",
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  int64: "I64",
  int32: "I32",
  int16: "I16",
  int8: "I8",
  uint8: "U8",
  bool: "BOOL",
};
// Object.entries widens the keys.
const DATA_TYPES: ReadonlyMap<string, DataType> = new Map(
  (Object.entries(NAME_OF_DATA_TYPE) as [DataType, string][]).map(([type, name]) => [name, type]),
);

/** The header begins after its own length, a 64-bit number. */
export const LENGTH_BYTES = 8;

/** One tensor, with its bytes `[begin, end)` counted from the start of the data section. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: Readonly<Record<string, string>>;
  readonly entries: readonly HeaderEntry[];
}

/** A file with thousands of broken entries is described by the first few. */
const MOST_FAULTS_SHOWN = 8;

/**
 * Check the text of a header against the size of the data section in bytes.
 * All faults are reported together, by tensor.
 */
export function parseHeader(file: string, text: string, dataSize: number): Header {
  const faults = new FaultList(file);
  const fields = parseObject(text, faults);
  for (const name of repeatedKeys(text))
    faults.add("safetensors-duplicate", name, "this name occurs twice in the header");

  const { __metadata__: metadata, ...tensors } = fields;
  const entries = Object.entries(tensors).flatMap(([name, value]) => parseEntry(name, value, faults) ?? []);
  faults.refuseIfAny();

  refuseTruncated(file, text, dataSize, entries);

  checkCoverage(entries, dataSize, faults);
  const strings = parseMetadata(metadata, faults);
  faults.refuseIfAny();
  return { metadata: strings, entries };
}

class FaultList {
  readonly #file: string;
  readonly #faults: Diagnostic[] = [];
  readonly #told = new Set<string>();

  constructor(file: string) {
    this.#file = file;
  }

  add(code: string, part: string | undefined, message: string, help = DAMAGED_HELP): void {
    if (this.#faults.length === MOST_FAULTS_SHOWN) return;
    const at = part === undefined ? { file: this.#file } : { file: this.#file, part };
    this.#faults.push({ severity: "error", code, at, message, help });
  }

  /** What many tensors have alike is told of the first. */
  addOnce(code: string, part: string, message: string, help: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.add(code, part, message, help);
  }

  refuseIfAny(): void {
    if (this.#faults.length > 0) throw new Refusal(this.#faults);
  }
}

const DAMAGED_HELP = "the file is damaged or was written by a faulty program: download or write it again";

const OTHER_TYPES_HELP = `take the file of the same model in fp16 or float32; what can be read is ${[...DATA_TYPES.keys()].join(", ")}`;

function parseObject(text: string, faults: FaultList): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
    faults.add("safetensors-header", undefined, "the header is JSON, but not an object");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    faults.add("safetensors-header", undefined, "the header is not valid JSON");
  }
  faults.refuseIfAny();
  return {};
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys of the outermost object that occur more than once; JSON.parse would keep the last of them without a word. */
function repeatedKeys(json: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (character === '"') {
      const start = index;
      for (index += 1; json[index] !== '"'; index += 1) if (json[index] === "\\") index += 1;
      const isKey = depth === 1 && /^\s*:/.test(json.slice(index + 1, index + 32));
      if (!isKey) continue;
      const key = String(JSON.parse(json.slice(start, index + 1)));
      if (seen.has(key)) repeated.add(key);
      seen.add(key);
    }
  }
  return repeated;
}

function parseEntry(name: string, value: unknown, faults: FaultList): HeaderEntry | undefined {
  const fault = (code: string, message: string, help?: string): undefined => {
    faults.add(code, name, message, help);
  };
  if (!isObject(value)) return fault("safetensors-entry", "the entry of this tensor is not an object");

  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  const dtype = typeof dtypeName === "string" ? DATA_TYPES.get(dtypeName) : undefined;
  if (dtype === undefined) {
    faults.addOnce("safetensors-dtype", name, `unknown element type ${print(dtypeName)}`, OTHER_TYPES_HELP);
    return undefined;
  }
  if (!isSizeList(shape)) return fault("safetensors-shape", `the shape ${print(shape)} is not a list of sizes`);
  if (!isSizeList(offsets) || offsets.length !== 2) {
    return fault("safetensors-offsets", `the offsets ${print(offsets)} are not two whole numbers from 0 on`);
  }

  const [begin = 0, end = 0] = offsets;
  if (begin > end) return fault("safetensors-offsets", `the data begins at ${begin}, after its end ${end}`);
  // A product beyond 2^53 is inexact, but then it is no longer the length of any file either.
  const length = shape.reduce((product, size) => product * size, BYTES_PER_ELEMENT[dtype]);
  if (length !== end - begin) {
    return fault(
      "safetensors-length",
      `${dtype}[${shape.join(", ")}] needs ${length} bytes, but ${end - begin} are given`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Whole numbers from 0 on that a double holds exactly. More than 32 axes is an attack, not a tensor. */
function isSizeList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length <= 32 && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** A download that was cut off lacks the data of many tensors: that is one fault. */
function refuseTruncated(file: string, text: string, dataSize: number, entries: readonly HeaderEntry[]): void {
  const wanted = entries.reduce((last, { end }) => Math.max(last, end), 0);
  if (wanted <= dataSize) return;
  const start = LENGTH_BYTES + Buffer.byteLength(text);
  refuseShort(file, start + dataSize, start + wanted);
}

/** @param size what the file has; @param wanted what its header tells of, in bytes */
export function refuseShort(file: string, size: number, wanted: number | bigint): never {
  refuse({
    code: "file-truncated",
    at: { file },
    message: `the file has ${counted(size, "byte")}, but its header tells of ${wanted}`,
    help: "the download was cut off or is still going on: wait, or download it again",
  });
}

/** Every byte of the data section belongs to exactly one tensor. */
function checkCoverage(entries: readonly HeaderEntry[], dataSize: number, faults: FaultList): void {
  let covered = 0;
  let previous = "the header";
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < covered)
      faults.add("safetensors-overlap", name, `bytes ${begin}..${covered} also belong to ${previous}`);
    if (begin > covered)
      faults.add("safetensors-hole", name, `bytes ${covered}..${begin} before this tensor belong to no tensor`);
    covered = Math.max(covered, end);
    previous = name;
  }
  if (covered < dataSize) {
    faults.add(
      "safetensors-trailing",
      undefined,
      `${dataSize - covered} bytes after the last tensor belong to no tensor`,
    );
  }
}

function parseMetadata(metadata: unknown, faults: FaultList): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  if (isObject(metadata) && Object.values(metadata).every((value) => typeof value === "string")) {
    // The check above saw every value.
    return metadata as Record<string, string>;
  }
  faults.add("safetensors-metadata", "__metadata__", "the metadata is not a list of texts by name");
  return {};
}

/** A value from the file, short enough for a message. */
function print(value: unknown): string {
  if (value === undefined) return "(absent)";
  return printShort(value, 60) ?? (typeof value === "string" ? `"${value.slice(0, 60)}…"` : "of many values");
}
