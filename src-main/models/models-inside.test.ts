import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { modelsInside, pointToModels } from "./models-inside.ts";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "inside-"))));
afterEach(() => rmSync(root, { recursive: true }));

function put(...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
  }
}

test("a download cache leads to the model inside, and not to the weights of its parts", () => {
  const model = "models--maker--sd/snapshots/0123";
  put(`${model}/model_index.json`, `${model}/unet/diffusion_pytorch_model.safetensors`, "models--maker--sd/refs/main");
  expect(modelsInside(root)).toEqual([join(root, model)]);
  expect(pointToModels(root, "else")).toBe(`give one of the models inside: ${join(root, model)}`);
});

test("a pipeline that was put together by hand, without an index, is one too", () => {
  put("mine/unet/config.json", "mine/vae/config.json");
  expect(modelsInside(root)).toEqual([join(root, "mine")]);
});

test("a folder of single files leads to them", () => {
  put("photo.safetensors", "anime/drawing.ckpt", "notes.txt", "diffusion_pytorch_model.safetensors");
  expect(modelsInside(root)).toEqual([join(root, "photo.safetensors"), join(root, "anime/drawing.ckpt")]);
});

test("where there is none, the usual way out is told", () => {
  put("a/b/picture.png");
  expect(pointToModels(root, "give another folder")).toBe("give another folder");
});
