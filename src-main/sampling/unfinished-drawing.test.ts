import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DRAWN_LIST, DRAWN_RECORD } from "../common/apply-many.ts";
import { drawingKey, readUnfinished, removeUnfinished, saveUnfinished, unfinishedOf } from "./unfinished-drawing.ts";

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

/** @param name of a folder whose weights are more than are read at once, all of them hole */
function writeModel(name: string): { readonly model: string; readonly weights: string } {
  const model = join(folder, name);
  mkdirSync(model);
  const weights = join(model, "model.safetensors");
  writeFileSync(weights, "");
  truncateSync(weights, 300 * 2 ** 20);
  return { model, weights };
}

test("a large model that was touched is the same, and another one where more has changed than lies between samples", () => {
  const { model, weights } = writeModel("large");
  const first = drawingKey({}, [model]);
  utimesSync(weights, 1, 1);
  expect(drawingKey({}, [model])).toBe(first);
  writeAt(weights, 100 * 2 ** 20, new Uint8Array(2 ** 20).fill(1));
  utimesSync(weights, 1, 1);
  expect(drawingKey({}, [model])).not.toBe(first);
});

function writeAt(path: string, position: number, bytes: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, position);
  closeSync(descriptor);
}

test("a model is the same whatever is drawn, linked or told of in its folder, and an image that steers is what it shows", () => {
  const { model } = writeModel("drawn-into");
  const first = drawingKey({}, [model]);
  const drawn = join(model, "drawn");
  mkdirSync(drawn);
  for (const name of ["lock", DRAWN_RECORD, DRAWN_LIST, "001.png", "002.png.unfinished"])
    writeFileSync(join(drawn, name), name);
  for (const name of ["apple.png", "apple.mp4", unfinishedOf("pear.webp"), "README.md", ".gitattributes"])
    writeFileSync(join(model, name), name);
  symlinkSync(join(folder, "nowhere"), join(model, "gone.safetensors"));
  expect(drawingKey({}, [model])).toBe(first);
  const steering = join(model, "apple.png");
  const steered = drawingKey({}, [model, steering]);
  writeFileSync(steering, "pear");
  expect(drawingKey({}, [model, steering])).not.toBe(steered);
  expect(() => drawingKey({}, [join(folder, "nowhere")])).toThrow(/ENOENT/);
});
