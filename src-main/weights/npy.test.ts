import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { byteCount, floatTensor } from "../common/tensor.ts";
import { codeOf } from "../common/testing/code-of.ts";
import { readNpyHeader, writeNpy } from "./npy.ts";
import { readTensorAt } from "./read-tensor.ts";
import { mutate, randomIntegers } from "./testing/mutate.ts";

const folder = mkdtempSync(join(tmpdir(), "npy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "array.npy");

/** What numpy.save writes for an array of this dict, in format version 1. */
function npy(dict: string, data: Uint8Array): Buffer {
  const header = dict.padEnd(117) + "\n";
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header), data]);
}

const numbers = Float32Array.of(0.5, -1, 2, 3.25, 1e-3, 7);
const bytes = new Uint8Array(numbers.buffer);

function read(content: Buffer): ReturnType<typeof readTensorAt> {
  writeFileSync(file, content);
  return readTensorAt(readNpyHeader(file));
}

const codeIn = (content: Buffer) => codeOf(() => read(content));

test("an array as NumPy writes it is read", () => {
  const content = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }", bytes);
  expect(read(content)).toEqual(floatTensor([1, 2, 3], numbers));
  expect(read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", bytes)).shape).toEqual([6]);
  expect(read(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", bytes.subarray(0, 4))).shape).toEqual([]);
});

test("half precision is widened, and integers stay integers", () => {
  const halves = new Uint8Array(Float16Array.of(0.5, -2).buffer);
  expect(read(npy("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", halves)).data).toEqual(
    Float32Array.of(0.5, -2),
  );
  const small = Uint8Array.of(0xff, 1);
  expect(read(npy("{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }", small)).data).toEqual(
    Int32Array.of(-1, 1),
  );
});

test.each([
  ["npy-dtype", "{'descr': '|O', 'fortran_order': False, 'shape': (6,), }"],
  ["npy-dtype", "{'descr': '>f4', 'fortran_order': False, 'shape': (6,), }"],
  ["npy-dtype", "{'descr': 'constructor', 'fortran_order': False, 'shape': (6,), }"],
  ["npy-order", "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }"],
  ["npy-damaged", "{'descr': '<f4', 'fortran_order': False, 'shape': (7,), }"],
  ["npy-damaged", "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"],
  ["npy-damaged", "{'descr': '<f4', 'fortran_order': False, 'shape': (6), 'more': 1}"],
  ["npy-damaged", "__import__('os').system('echo')"],
])("%s: %s", (code, dict) => {
  expect(codeIn(npy(dict, bytes))).toBe(code);
});

test("a header longer than the file is refused before it is read", () => {
  const content = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", bytes);
  content.writeUInt16LE(9999, 8);
  expect(codeIn(content)).toBe("npy-damaged");
  expect(codeIn(content.subarray(0, 9))).toBe("npy-damaged");
});

test("what is written is what NumPy writes, byte for byte", () => {
  writeNpy(file, floatTensor([1, 2, 3], numbers));
  expect(readFileSync(file)).toEqual(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }", bytes));
});

test("2000 mutated arrays are read within their bounds or refused, never anything else", () => {
  const random = randomIntegers(20_261_123);
  const valid = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }", bytes);
  const outcomes = { read: 0, refused: 0 };
  for (let index = 0; index < 2000; index += 1) {
    const content = mutate(valid, random);
    writeFileSync(file, content);
    try {
      const location = readNpyHeader(file);
      expect(location.offset + location.length).toBe(content.length);
      expect(location.length).toBe(byteCount(location));
      readTensorAt(location);
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      expect(error.diagnostics[0]?.at.file).toBe(file);
      outcomes.refused += 1;
    }
  }
  expect(outcomes.read).toBeGreaterThan(40);
  expect(outcomes.refused).toBeGreaterThan(500);
});
