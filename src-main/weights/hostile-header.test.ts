import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSafetensorsHeader } from "./safetensors.ts";
import { expectWithin } from "./testing/budget.ts";

const folder = mkdtempSync(join(tmpdir(), "hostile-header-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** One of these took 25 seconds where every fault was compared with all before it. */
const BUDGET = { seconds: 8, megabytes: 300 };

function write(header: string, data = 0): string {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  const file = join(folder, "hostile.safetensors");
  writeFileSync(file, Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)]));
  return file;
}

const many = (entry: (index: number) => string): string =>
  `{${Array.from({ length: 40_000 }, (_, index) => `"t${index}":${entry(index)}`).join(",")}}`;

test.each<[string, string]>([
  ["40,000 unknown types", many((index) => `{"dtype":"X${index}","shape":[],"data_offsets":[0,0]}`)],
  ["40,000 tensors of one unknown type", many(() => '{"dtype":"F4","shape":[],"data_offsets":[0,0]}')],
  ["40,000 shapes that are none", many(() => '{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}')],
  ["40,000 tensors in one place", many(() => '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}')],
  ["40,000 tensors of one name", `{${Array.from({ length: 40_000 }, () => '"t":1').join(",")}}`],
  ["500,000 brackets in the metadata", `{"__metadata__":${"[".repeat(500_000)}${"]".repeat(500_000)}}`],
  ["500,000 brackets within a type", `{"t":{"dtype":${"[".repeat(500_000)}${"]".repeat(500_000)}}}`],
])("%s are refused in time, and by a few of them", (_, header) => {
  const file = write(header, 4);
  expectWithin(BUDGET, () => expect(() => readSafetensorsHeader(file)).toThrow(/hostile/));
});

test("tensors without numbers are as many as their header, and no more", () => {
  const file = write(many(() => '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'));
  expectWithin(BUDGET, () => expect(readSafetensorsHeader(file).tensors.size).toBe(40_000));
});
