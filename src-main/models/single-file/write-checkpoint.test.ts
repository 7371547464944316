import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { elementCount, floatTensor } from "../../common/tensor.ts";
import { floatsAt } from "../../weights/read-tensor.ts";
import { readSafetensorsHeader, writeSafetensors } from "../../weights/safetensors.ts";
import { openPipeline } from "../pipeline.ts";
import { originalShapes, writeSparse } from "../testing/sparse-checkpoint.ts";
import { writeTokenizer } from "../testing/write-pipeline.ts";
import { writeCheckpoint } from "./write-checkpoint.ts";

const folder = mkdtempSync(join(tmpdir(), "write-checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeTokenizer(join(folder, "tokenizer"));

const LAYER = "encoder.layers.1.";

test.each(["sd1", "sd2"] as const)(
  "a copy of a file like %s has the changed weights in their places, and all else as it was",
  (family) => {
    const source = writeSparse(join(folder, `${family}.safetensors`), originalShapes(family));
    const { textEncoder } = openPipeline(source);
    const names = [...textEncoder.weights.keys()].filter((name) => name.startsWith(LAYER));
    expect(names).toHaveLength(16);
    const changed = Object.fromEntries(
      names.map((name, i) => {
        const shape = textEncoder.weights.get(name)?.shape ?? [];
        return [name, floatTensor(shape, new Float32Array(elementCount(shape)).fill(i + 1))];
      }),
    );
    const copy = join(folder, `${family}-copy.safetensors`);
    writeCheckpoint(copy, source, { weights: textEncoder.weights, changed, about: { note: "told" } });
    const header = readSafetensorsHeader(copy);
    expect(header.metadata["note"]).toBe("told");
    const before = readSafetensorsHeader(source).tensors;
    expect(new Set(header.tensors.keys())).toEqual(new Set(before.keys()));
    for (const [name, { shape }] of before) expect(header.tensors.get(name)?.shape).toEqual(shape);
    for (const [name, location] of openPipeline(copy).textEncoder.weights) {
      const wanted = changed[name]?.data[0] ?? 0;
      expect(
        floatsAt(location).every((n) => n === wanted),
        name,
      ).toBe(true);
    }
  },
);

test("what is changed is kept as float32, and the rest in the precision of the file", () => {
  const source = join(folder, "small.safetensors");
  writeSafetensors(source, {
    a: floatTensor([2], [1, 2]),
    b: { dtype: "int32", shape: [3], data: Int32Array.of(3, 4, 5) },
  });
  const weights = readSafetensorsHeader(source).tensors;
  const copy = join(folder, "small-copy.safetensors");
  writeCheckpoint(copy, source, { weights, changed: { a: floatTensor([2], [0.1, 7]) }, about: {} });
  const read = [...readSafetensorsHeader(copy).tensors].map(([name, place]) => [name, place.dtype, ...floatsAt(place)]);
  expect(read.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))).toEqual([
    ["a", "float32", Math.fround(0.1), 7],
    ["b", "int32", 3, 4, 5],
  ]);
});
