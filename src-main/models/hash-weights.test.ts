import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { float32ToFloat16 } from "../weights/half-float.ts";
import { readSafetensorsHeader, writeSafetensors } from "../weights/safetensors.ts";
import { hashWeights } from "./hash-weights.ts";

const folder = mkdtempSync(join(tmpdir(), "hash-"));
afterAll(() => rmSync(folder, { recursive: true }));

const weight = floatTensor(
  [4, 40],
  Array.from({ length: 160 }, (_, i) => Math.sin(i)),
);
const bias = floatTensor([4], [1, 2, 3, 4]);

function hashOf(tensors: Readonly<Record<string, Tensor>>): string {
  const file = join(folder, "model.safetensors");
  writeSafetensors(file, tensors);
  return hashWeights(readSafetensorsHeader(file).tensors);
}

test("other numbers, names or shapes give another hash", () => {
  const hashes = [
    hashOf({ weight, bias }),
    hashOf({ weight, bias: floatTensor([4], [1, 2, 3, 5]) }),
    hashOf({ weight, other: bias }),
    hashOf({ weight: { ...weight, shape: [40, 4] }, bias }),
    hashOf({ weight }),
  ];
  expect(new Set(hashes).size).toBe(5);
});

test("the prefix that newer transformers leave out and stored position ids do not count", () => {
  const ids: Tensor = { dtype: "int64", shape: [1, 2], data: new BigInt64Array([0n, 1n]) };
  const newer = hashOf({ "encoder.weight": weight });
  const older = hashOf({ "text_model.encoder.weight": weight, "text_model.embeddings.position_ids": ids });
  expect(older).toBe(newer);
});

test("the same weights in half precision have the same hash", () => {
  const bits = float32ToFloat16(weight.data);
  const json = JSON.stringify({ weight: { dtype: "F16", shape: [4, 40], data_offsets: [0, 320] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = join(folder, "half.safetensors");
  writeFileSync(file, Buffer.concat([length, Buffer.from(json), Buffer.from(bits.buffer)]));
  expect(hashWeights(readSafetensorsHeader(file).tensors)).toBe(hashOf({ weight }));
});
