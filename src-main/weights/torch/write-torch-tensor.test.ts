import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import { withOpenFile } from "../byte-range.ts";
import { readTensorAt } from "../read-tensor.ts";
import { readTorchWeights } from "./torch-weights.ts";
import { writeTorchTensor } from "./write-torch-tensor.ts";
import { locateData, readZipDirectory } from "./zip-directory.ts";

const folder = mkdtempSync(join(tmpdir(), "write-torch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "tensor.bin");
const tensor = floatTensor(
  [1, 3, 4],
  Float32Array.from({ length: 12 }, (_, i) => i / 8),
);

/** The parts of an archive by their names below its root. */
function parts(path: string): ReadonlyMap<string, { readonly offset: number; readonly bytes: Buffer }> {
  const bytes = readFileSync(path);
  return withOpenFile(path, (opened) => {
    const entries = [...readZipDirectory(opened).values()].map((entry) => {
      const { offset, length } = locateData(opened, entry);
      return [entry.name.replace(/^[^/]*\//, ""), { offset, bytes: bytes.subarray(offset, offset + length) }] as const;
    });
    return new Map(entries);
  });
}

test("the numbers, the version and the byte order are those that PyTorch writes for the same tensor", () => {
  writeTorchTensor(file, tensor);
  const [own, pytorch] = [parts(file), parts(join(import.meta.dirname, "testing", "bare.bin"))];
  for (const name of ["data/0", "version", "byteorder"]) expect(own.get(name)?.bytes).toEqual(pytorch.get(name)?.bytes);
});

test("what is written is read back, and every part begins at a multiple of 64 bytes", () => {
  writeTorchTensor(file, tensor);
  const { tensors, prefix } = readTorchWeights(file);
  const location = tensors.get("");
  expect({ prefix, count: tensors.size }).toEqual({ prefix: "", count: 1 });
  expect(location && readTensorAt(location)).toEqual(tensor);
  for (const { offset } of parts(file).values()) expect(offset % 64).toBe(0);
});

test("every part carries its checksum", () => {
  writeTorchTensor(file, tensor);
  const bytes = readFileSync(file);
  for (const [name, part] of parts(file)) {
    const header = bytes.lastIndexOf("PK\x03\x04", part.offset);
    expect([name, bytes.readUInt32LE(header + 14)]).toEqual([name, crc32(part.bytes)]);
  }
});

test("the same tensor gives the same bytes", () => {
  writeTorchTensor(file, tensor);
  const first = readFileSync(file);
  writeTorchTensor(file, tensor);
  expect(readFileSync(file).equals(first)).toBe(true);
});
