import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printDiagnostic } from "../common/diagnostic.ts";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { diagnosticsOf } from "../common/testing/refusal-of.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "./safetensors.ts";

let folder = "";
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "safetensors-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file as anyone might write it: header text, then data. */
function fileWith(header: unknown, data: Uint8Array = new Uint8Array(0)): string {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return fileOf(Buffer.concat([length, text, data]));
}

let files = 0;
function fileOf(bytes: Uint8Array | string): string {
  files += 1;
  const file = join(folder, `${files}.safetensors`);
  writeFileSync(file, bytes);
  return file;
}

/** What is refused, as printed, without the path of the folder. */
function faultsOf(file: string): string {
  const faults = diagnosticsOf(() => readSafetensorsHeader(file));
  return faults.length === 0 ? "accepted" : faults.map(printDiagnostic).join("\n").replaceAll(file, "FILE");
}

const entry = (dtype: unknown, shape: unknown, offsets: unknown): unknown => ({ dtype, shape, data_offsets: offsets });

describe("a written file", () => {
  const tensors: Record<string, Tensor> = {
    "text.weight": floatTensor([2, 3], [1, -2, 3.5, 0, Infinity, 1e-45]),
    scalar: { dtype: "float64", shape: [], data: Float64Array.of(Math.PI) },
    ids: { dtype: "int64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 62n) },
    counts: { dtype: "int32", shape: [3, 1], data: Int32Array.of(-7, 0, 7) },
    mask: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
    nothing: floatTensor([0, 4], []),
    __proto__x: floatTensor([1], [1]),
  };

  test("is read back equal, with its metadata", () => {
    const file = join(folder, "written.safetensors");
    writeSafetensors(file, tensors, { recipe: '{"π": 1}' });
    expect(readTensors(file)).toEqual(tensors);
    expect(readSafetensorsHeader(file).metadata).toEqual({ recipe: '{"π": 1}' });
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("has its data section and every tensor aligned to the element size", () => {
    const file = join(folder, "aligned.safetensors");
    writeSafetensors(file, tensors);
    for (const location of readSafetensorsHeader(file).tensors.values()) {
      expect(
        location.offset %
          (location.dtype === "bool" ? 1 : location.dtype === "float64" || location.dtype === "int64" ? 8 : 4),
      ).toBe(0);
    }
    expect(Number(readFileSync(file).readBigUInt64LE()) % 8).toBe(0);
  });

  test("gives only the tensors asked for, and names what is missing", () => {
    const file = join(folder, "some.safetensors");
    writeSafetensors(file, tensors);
    expect(Object.keys(readTensors(file, ["mask", "ids"]))).toEqual(["mask", "ids"]);
    expect(() => readTensors(file, ["masks"])).toThrow(/no tensor of this name[^]*masks[^]*the file holds/);
  });

  test("without tensors is a file still", () => {
    const file = join(folder, "empty.safetensors");
    writeSafetensors(file, {});
    expect(readTensors(file)).toEqual({});
  });
});

test("locations point at the bytes of each tensor, and through links at the file itself", () => {
  const data = Uint8Array.of(0, 0, 128, 63, 1, 2);
  const file = fileWith({ b: entry("U8", [2], [4, 6]), a: entry("F32", [1], [0, 4]) }, data);
  const link = join(folder, "link.safetensors");
  symlinkSync(file, link);
  const { tensors } = readSafetensorsHeader(link);
  const b = tensors.get("b");
  expect(b).toMatchObject({ dtype: "uint8", shape: [2], file, length: 2 });
  expect([...readFileSync(file).subarray(b?.offset)]).toEqual([1, 2]);
});

test("half floats and small integers are widened", () => {
  const header = {
    half: entry("F16", [2], [0, 4]),
    brain: entry("BF16", [2], [4, 8]),
    short: entry("I16", [2], [8, 12]),
    byte: entry("I8", [2], [12, 14]),
    unsigned: entry("U8", [2], [14, 16]),
  };
  // 1.5 and −0.25 in both half formats, then −2 and 258, −1 and 127, 255 and 0.
  const data = Uint8Array.of(0, 0x3e, 0, 0xb4, 0xc0, 0x3f, 0x80, 0xbe, 0xfe, 0xff, 2, 1, 0xff, 127, 255, 0);
  const { half, brain, short, byte, unsigned } = readTensors(fileWith(header, data));
  expect(half).toEqual(floatTensor([2], [1.5, -0.25]));
  expect(brain).toEqual(floatTensor([2], [1.5, -0.25]));
  expect([short, byte, unsigned].map((tensor) => tensor?.dtype)).toEqual(["int32", "int32", "int32"]);
  expect([short, byte, unsigned].map((tensor) => Array.from(tensor?.data ?? [], Number))).toEqual([
    [-2, 258],
    [-1, 127],
    [255, 0],
  ]);
});

describe("a broken header is refused with file and tensor", () => {
  const four = new Uint8Array(4);
  const cases: Record<string, { file: () => string; shows: RegExp }> = {
    "bad JSON": { file: () => fileWith('{"a":'), shows: /not valid JSON/ },
    "an unknown element type": {
      file: () => fileWith({ a: entry("F8_E4M3", [4], [0, 4]) }, four),
      shows: /unknown element type "F8_E4M3"\n {2}at FILE › a/,
    },
    "an element type of Object.prototype": {
      file: () => fileWith({ a: entry("toString", [4], [0, 4]) }, four),
      shows: /unknown element type/,
    },
    "a negative offset": { file: () => fileWith({ a: entry("F32", [1], [-4, 0]) }, four), shows: /two whole numbers/ },
    "a fractional offset": {
      file: () => fileWith({ a: entry("F32", [1], [0.5, 4.5]) }, four),
      shows: /two whole numbers/,
    },
    "an offset beyond 2^53": {
      file: () => fileWith({ a: entry("F32", [1], [2 ** 60, 2 ** 60 + 4]) }, four),
      shows: /two whole numbers/,
    },
    "three offsets": { file: () => fileWith({ a: entry("F32", [1], [0, 4, 8]) }, four), shows: /two whole numbers/ },
    "an end before the beginning": {
      file: () => fileWith({ a: entry("F32", [1], [4, 0]) }, four),
      shows: /after its end/,
    },
    "data beyond the file": {
      file: () => fileWith({ a: entry("F32", [2], [0, 8]) }, four),
      shows: /the file has \d+ bytes, but its header tells of \d+/,
    },
    "a shape that does not fit its bytes": {
      file: () => fileWith({ a: entry("F32", [2], [0, 4]) }, four),
      shows: /float32\[2\] needs 8 bytes, but 4/,
    },
    "a negative size": { file: () => fileWith({ a: entry("F32", [-1], [0, 4]) }, four), shows: /not a list of sizes/ },
    "sizes whose product overflows": {
      file: () => fileWith({ a: entry("U8", [2 ** 40, 2 ** 40], [0, 4]) }, four),
      shows: /needs 1\.2.*e\+24 bytes/,
    },
    "too many axes": {
      file: () => fileWith({ a: entry("U8", Array(40).fill(1), [0, 1]) }, Uint8Array.of(1)),
      shows: /not a list of sizes/,
    },
    "an overlap": {
      file: () => fileWith({ a: entry("U8", [3], [0, 3]), b: entry("U8", [2], [2, 4]) }, four),
      shows: /bytes 2\.\.3 also belong to a\n {2}at FILE › b/,
    },
    "a hole": {
      file: () => fileWith({ a: entry("U8", [1], [0, 1]), b: entry("U8", [2], [2, 4]) }, four),
      shows: /bytes 1\.\.2 before this tensor belong to no tensor\n {2}at FILE › b/,
    },
    "trailing bytes": {
      file: () => fileWith({ a: entry("U8", [1], [0, 1]) }, four),
      shows: /3 bytes after the last tensor/,
    },
    "a name that occurs twice": {
      file: () =>
        fileWith(
          '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\\u0061":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}',
          four,
        ),
      shows: /occurs twice/,
    },
    "metadata that is not text": { file: () => fileWith({ __metadata__: { steps: 3 } }), shows: /not a list of texts/ },
    "an entry that is no object": { file: () => fileWith({ a: 3 }), shows: /not an object/ },
    "a header that is not UTF-8": {
      file: () => fileOf(Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d)),
      shows: /not UTF-8/,
    },
    "a header longer than the file": {
      file: () => fileOf(Uint8Array.of(200, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d)),
      shows: /the file has 10 bytes, but its header tells of 208/,
    },
    "a missing file": { file: () => join(folder, "none"), shows: /no such file/ },
    "a folder": { file: () => folder, shows: /a folder is here/ },
  };
  test.each(Object.entries(cases))("%s", (_, { file, shows }) => expect(faultsOf(file())).toMatch(shows));

  test("but an element type that many tensors have is told once", () => {
    const file = fileWith({ a: entry("F8_E4M3", [4], [0, 4]), b: entry("F8_E4M3", [4], [4, 8]) }, new Uint8Array(8));
    expect(faultsOf(file).match(/unknown element type/g)).toHaveLength(1);
  });

  test("and all faults are told at once", () => {
    const file = fileWith({ a: entry("F99", [1], [0, 4]), b: entry("F32", [1], [0, 400]) }, four);
    expect(faultsOf(file)).toMatchInlineSnapshot(`
      "error: unknown element type "F99"
        at FILE › a
        help: take the file of the same model in fp16 or float32; what can be read is F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL
      error: float32[1] needs 4 bytes, but 400 are given
        at FILE › b
        help: the file is damaged or was written by a faulty program: download or write it again"
    `);
  });
});

describe("another kind of file under this name is recognised", () => {
  const cases: Record<string, { bytes: Uint8Array | string; shows: RegExp }> = {
    "a Git LFS pointer": {
      bytes: "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
      shows: /Git LFS pointer[^]*git lfs pull/,
    },
    "a web page": { bytes: "<!DOCTYPE html>\n<html><body>404</body></html>", shows: /web page/ },
    "a PyTorch zip": {
      bytes: Buffer.from("PK\x03\x04\0\0\x08\x08\0\0\0\0archive/data.pkl", "latin1"),
      shows: /zip archive/,
    },
    "a pickle": { bytes: Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9), shows: /pickle/ },
    "a GGUF": { bytes: "GGUF\x03\0\0\0\0\0\0\0", shows: /GGUF/ },
    "an error message in JSON": { bytes: '{"error":"Access to this model is restricted"}', shows: /JSON text/ },
    "a text": { bytes: "Entry not found", shows: /text file/ },
    "a short text": { bytes: "404", shows: /text file/ },
    "an interrupted download": { bytes: new Uint8Array(4096), shows: /zero bytes/ },
    "an empty file": { bytes: "", shows: /the file is empty/ },
  };
  test.each(Object.entries(cases))("%s", (_, { bytes, shows }) => expect(faultsOf(fileOf(bytes))).toMatch(shows));
});
