import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import { byteCount, floatTensor } from "../common/tensor.ts";
import { readSafetensorsHeader, readTensors, writeSafetensors } from "./safetensors.ts";
import { expectWithin } from "./testing/budget.ts";
import { type RandomIntegers, randomIntegers } from "./testing/mutate.ts";

const MUTATIONS = 2000;
const folder = mkdtempSync(join(tmpdir(), "safetensors-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DATA_SIZE = 1200 + 16 + 5;
const valid = (() => {
  const file = join(folder, "valid.safetensors");
  const tensors = {
    "unet.weight": floatTensor([30, 10], new Float32Array(300)),
    ids: { dtype: "int64", shape: [2], data: BigInt64Array.of(1n, 2n) },
    mask: { dtype: "bool", shape: [5], data: new Uint8Array(5) },
  } as const;
  writeSafetensors(file, tensors, { note: "fuzz" });
  return readFileSync(file);
})();

const FRAGMENTS = [
  "-1",
  "1e400",
  "9007199254740993",
  "null",
  "[]",
  "{",
  '"',
  "\\",
  "F16",
  "BOOL",
  "0",
  "\u{1f600}",
  "__metadata__",
  "__proto__",
];

function mutate(random: RandomIntegers): Buffer {
  let bytes: Buffer = Buffer.from(valid);
  for (let times = 1 + random(2); times > 0; times -= 1) {
    const position = random(bytes.length + 1);
    const kind = random(5);
    if (kind === 0 && position < bytes.length) bytes[position] = random(256);
    if (kind === 1) bytes = bytes.subarray(0, position);
    if (kind === 2) bytes = Buffer.concat([bytes, Buffer.alloc(random(20), random(256))]);
    if (kind === 3 && bytes.length >= 8) bytes.writeUInt8(random(256), random(8));
    if (kind === 4) bytes = editHeader(bytes, random);
  }
  return bytes;
}

/** Put a fragment into the header and repair its length, so that the JSON itself is reached. */
function editHeader(bytes: Buffer, random: RandomIntegers): Buffer {
  const headerEnd = Math.max(8, bytes.length - DATA_SIZE);
  const position = 8 + random(headerEnd - 7);
  const removed = random(6);
  const fragment = Buffer.from(FRAGMENTS[random(FRAGMENTS.length)] ?? "");
  const header = Buffer.concat([
    bytes.subarray(8, position),
    fragment,
    bytes.subarray(Math.min(headerEnd, position + removed), headerEnd),
  ]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, bytes.subarray(headerEnd)]);
}

test(`${MUTATIONS} mutated files are read within their bounds or refused, never anything else`, () => {
  const random = randomIntegers(20_261_123);
  const file = join(folder, "mutated.safetensors");
  const outcomes = { read: 0, refused: 0 };
  expectWithin({ seconds: 60, megabytes: 500 }, () => {
    for (let index = 0; index < MUTATIONS; index += 1) {
      const bytes = mutate(random);
      writeFileSync(file, bytes);
      try {
        const { tensors } = readSafetensorsHeader(file);
        let total = 0;
        for (const location of tensors.values()) {
          expect(location.offset + location.length).toBeLessThanOrEqual(bytes.length);
          expect(location.length).toBe(byteCount(location));
          total += location.length;
        }
        expect(total).toBeLessThan(bytes.length);
        expect(Object.keys(readTensors(file))).toHaveLength(tensors.size);
        outcomes.read += 1;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.diagnostics[0]?.at.file).toBe(file);
        outcomes.refused += 1;
      }
    }
  });
  // Both outcomes must occur often, or the mutations miss the point.
  expect(outcomes.read).toBeGreaterThan(MUTATIONS / 20);
  expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 2);
});
