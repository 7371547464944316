import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPreprocessor } from "./preprocessor-config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "preprocessor-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, json: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(json));
}

const OLDER = { size: 48, crop_size: 40, resample: 3, feature_extractor_type: "CLIPFeatureExtractor" };

test("processor_config.json goes before preprocessor_config.json where it tells of pictures", () => {
  write("preprocessor_config.json", OLDER);
  write("processor_config.json", { processor_class: "CLIPProcessor" });
  expect(readPreprocessor(folder, 64)).toMatchObject({ resize: { shortest: 48 }, crop: { height: 40, width: 40 } });
  const nested = { size: { height: 30, width: 32 }, do_center_crop: false, image_std: 0.5 };
  write("processor_config.json", { image_processor: nested, processor_class: "CLIPProcessor" });
  const read = readPreprocessor(folder, 64);
  expect(read).toMatchObject({ resize: { height: 30, width: 32 }, crop: null });
  expect(read.normalise?.deviation).toEqual([0.5, 0.5, 0.5]);
});

test.each([3, "bicubic", "PIL.Image.BICUBIC", "PILImageResampling.BICUBIC"])("%j is bicubic", (resample) => {
  write("preprocessor_config.json", { ...OLDER, resample });
  expect(readPreprocessor(folder, 64).resize).toEqual({ shortest: 48 });
});

test.each<[string, object]>([
  ["resample", { resample: 2 }],
  ["do_rescale", { do_rescale: false }],
  ["rescale_factor", { rescale_factor: 1 / 127.5 }],
  ["do_pad", { do_pad: true }],
  ["size", { size: { shortest_edge: 48, longest_edge: 96 } }],
  ["size", { size: 1e9 }],
  ["image_processor_type", { image_processor_type: "SiglipImageProcessor" }],
  ["do_sharpen", { do_sharpen: true }],
])("%s that would prepare pictures in another way is refused", (key, change) => {
  write("preprocessor_config.json", { ...OLDER, ...change });
  expect(() => readPreprocessor(folder, 64)).toThrow(`preprocessor_config.json › ${key}`);
});
