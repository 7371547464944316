import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOnnxModels, writeOnnxModel } from "../../../bench/parity/check-onnx.ts";
import { inspectPath } from "../inspect.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-inspect-onnx-"));
const models = readOnnxModels().filter(({ name }) => name.endsWith("dynamo-20"));
beforeAll(() => {
  for (const model of models) writeOnnxModel(model, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["unet", "UNet (ONNX)"],
  ["text_encoder", "text encoder (ONNX)"],
  ["vae_decoder", "autoencoder's decoder (ONNX)"],
  ["vae_encoder", "autoencoder's encoder (ONNX)"],
])("an exported %s is known as such, as a folder and as a file", (name, title) => {
  for (const path of [join(folder, name), join(folder, name, "model.onnx")]) {
    expect(inspectPath(path)).toMatchObject({ title, problems: [] });
  }
});

test("what an export takes, gives and holds is told", () => {
  const { facts } = inspectPath(join(folder, "vae_decoder"));
  expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toMatchObject({
    outputs: "sample",
    operators: "180, of opset 20",
    "stored as": "float32",
  });
});

test("an export without the file of its weights is a problem", () => {
  rmSync(join(folder, "unet", "model.onnx_data"));
  const [problem] = inspectPath(join(folder, "unet")).problems;
  expect(problem).toMatchObject({ code: "onnx-data-missing", at: { file: join(folder, "unet", "model.onnx_data") } });
});
