import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readOnnxModels, writeOnnxModel } from "../../bench/parity/check-onnx.ts";
import { Refusal } from "../common/diagnostic.ts";
import { openPipeline, type Pipeline } from "./pipeline.ts";
import { writePipeline } from "./testing/write-pipeline.ts";

const folder = mkdtempSync(join(tmpdir(), "exported-config-"));
const [whole, exported] = [join(folder, "whole"), join(folder, "exported")];
afterAll(() => rmSync(folder, { recursive: true }));

const MODELS = [
  "onnx-text-clip-l-torchscript-17",
  "onnx-unet-sd1-torchscript-17",
  "onnx-vae-sd-decoder-torchscript-17",
];

/** As the script of diffusers leaves a pipeline: no config.json beside the networks. */
beforeAll(() => {
  writePipeline(whole);
  for (const model of readOnnxModels()) if (MODELS.includes(model.name)) writeOnnxModel(model, exported);
  for (const file of ["tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/tokenizer_config.json"]) copy(file);
  copy("scheduler/scheduler_config.json");
  const network = ["diffusers", "OnnxRuntimeModel"];
  writeFileSync(
    join(exported, "model_index.json"),
    JSON.stringify({
      _class_name: "OnnxStableDiffusionPipeline",
      text_encoder: network,
      unet: network,
      vae_decoder: network,
    }),
  );
});

function copy(file: string): void {
  mkdirSync(join(exported, file, ".."), { recursive: true });
  copyFileSync(join(whole, file), join(exported, file));
}

test("an ONNX pipeline without any config.json is known by what its networks take and give", () => {
  const facts = ({ tokens, width, timeProjection, latentChannels, vaeScaling, vaeFactor }: Pipeline) => ({
    tokens,
    width,
    timeProjection,
    latentChannels,
    vaeScaling,
    vaeFactor,
  });
  expect(facts(openPipeline(exported))).toEqual(facts(openPipeline(whole)));
});

test("its text encoder has as many layers as attentions, and the activation of its operators", () => {
  expect(openPipeline(exported).space.id).toMatch(/^clip-text-64x12\//);
});

test("an export that does not tell its width asks for the config.json", () => {
  const model = readOnnxModels().find(({ name }) => name === "onnx-vae-decoder-dynamo-20");
  if (model === undefined) throw new Error("no such fixture");
  const wrong = join(folder, "wrong");
  writeOnnxModel(model, wrong);
  for (const part of ["text_encoder", "unet"]) {
    mkdirSync(join(wrong, part));
    copyFileSync(join(wrong, "vae_decoder", "model.onnx"), join(wrong, part, "model.onnx"));
    copyFileSync(join(wrong, "vae_decoder", "model.onnx_data"), join(wrong, part, "model.onnx_data"));
  }
  for (const file of ["tokenizer", "scheduler"]) mkdirSync(join(wrong, file));
  try {
    openPipeline(wrong);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const untold = error.diagnostics.filter(({ code }) => code === "onnx-config-missing");
    expect(untold.map(({ message }) => message)).toEqual([
      "there is no config.json beside it, and the model itself does not tell its vocabulary",
      "there is no config.json beside it, and the model itself does not tell the channels of sample",
    ]);
    return;
  }
  throw new Error("it was opened");
});
