import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { drawingKey, readUnfinished, removeUnfinished, saveUnfinished } from "./unfinished-drawing.ts";

const folder = mkdtempSync(join(tmpdir(), "unfinished-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "drawing.unfinished");

test("what samplers have drawn is found again, by a drawing of the same settings alone", () => {
  const sample = Float32Array.of(1, 2, 3);
  const previousOriginal = Float32Array.of(4, 5, 6);
  const features = new Map([["latent.learned pass 1 features 1", Float32Array.of(3, 1, 4, 1)]]);
  const drawn = {
    finished: new Map([
      ["latent.none", Float32Array.of(7, 8, 9)],
      ["latent.written", Float32Array.of(0, -1, -2)],
    ]),
    current: { sampler: "latent.learned", at: { step: 5, sample, state: { previousOriginal }, features } },
  };
  saveUnfinished(file, "key", drawn);
  expect(readUnfinished(file, "key")).toEqual(drawn);
  expect(readUnfinished(file, "other")).toBeUndefined();
  const at = { step: 5, sample, state: {}, features: new Map() };
  const withoutPast = { ...drawn, current: { sampler: "latent.learned", at } };
  saveUnfinished(file, "key", withoutPast);
  expect(readUnfinished(file, "key")).toEqual(withoutPast);
  removeUnfinished(file);
  expect(readUnfinished(file, "key")).toBeUndefined();
});

test("drawings are alike if their settings and the content of their files are, be it a file or a folder", () => {
  const path = join(folder, "embedding");
  const lora = join(folder, "lora");
  mkdirSync(lora);
  const keys = [
    ["one", "a"],
    ["one", "b"],
    ["two", "a"],
    ["one", "a"],
  ].map(([content = "", weights = ""]) => {
    writeFileSync(path, content);
    writeFileSync(join(lora, "weights"), weights);
    return drawingKey({ steps: 3 }, [path, lora]);
  });
  expect(new Set(keys).size).toBe(3);
  expect(keys[3]).toBe(keys[0]);
  expect(drawingKey({ steps: 4 }, [path, lora])).not.toBe(keys[3]);
});

test("a large file is known by its size and its last change, also in a folder", () => {
  const model = join(folder, "model");
  mkdirSync(model);
  const weights = join(model, "model.safetensors");
  writeFileSync(weights, "");
  truncateSync(weights, 3 * 2 ** 30); // All of it hole, and more than can be read at once.
  const keyAt = (seconds: number): string => {
    utimesSync(weights, seconds, seconds);
    return drawingKey({}, [model]);
  };
  const [first, written, again] = [keyAt(1), keyAt(2), keyAt(1)];
  expect(written).not.toBe(first);
  expect(again).toBe(first);
});
