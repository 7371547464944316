import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isTorchFile, readWeights } from "./read-weights.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-weights-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Whose header is padded with spaces to this length, as writers may. */
function safetensorsOf(length: number): string {
  const header = JSON.stringify({ bias: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }).padEnd(length);
  const file = join(folder, `${length}.safetensors`);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length));
  writeFileSync(file, Buffer.concat([start, Buffer.from(header), Buffer.alloc(4)]));
  return file;
}

test.each([640, 896, 1152, 1408, 1024])("safetensors with a header of %i bytes are no pickle", (length) => {
  const file = safetensorsOf(length);
  expect(isTorchFile(file)).toBe(false);
  expect([...readWeights(file).keys()]).toEqual(["bias"]);
});
