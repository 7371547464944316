import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Shape } from "../../common/tensor.ts";
import { diagnosticsOf } from "../../common/testing/refusal-of.ts";
import type { WeightLocation } from "../../weights/weight-map.ts";
import { clipTextConfig } from "../clip/clip-config.ts";
import { readPartConfig } from "../model-part.ts";
import type { PipelineOptions } from "../pipeline-source.ts";
import { openPipeline } from "../pipeline.ts";
import {
  fullSizeShapes,
  originalShapes,
  type Shapes,
  withRunningMeans,
  writeSparse,
} from "../testing/sparse-checkpoint.ts";
import { writeTokenizer } from "../testing/write-pipeline.ts";
import { unetConfig } from "../unet/unet-config.ts";
import { vaeConfig } from "../vae/vae-config.ts";
import { openCheckpoint } from "./checkpoint.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "checkpoint-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const put = (shapes: Shapes, name = "model.safetensors"): string => writeSparse(join(folder, name), shapes);

const TOKEN_TABLE = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight";
/** With as many tokens as CLIP has. */
const sd1 = (): Shapes => ({ ...originalShapes("sd1"), [TOKEN_TABLE]: [49408, 128] });
const sd2 = (): Shapes => ({
  ...originalShapes("sd2"),
  "cond_stage_model.model.token_embedding.weight": [49408, 128],
});

function without(shapes: Shapes, pattern: RegExp): Shapes {
  return Object.fromEntries(Object.entries(shapes).filter(([name]) => !pattern.test(name)));
}

function faultsOf(path: string, options: PipelineOptions = {}): readonly string[] {
  return diagnosticsOf(() => openPipeline(path, options)).map(({ code, message }) => `${code}: ${message}`);
}

test("what config.json would say is told by the tensors of a file like Stable Diffusion 1.x", () => {
  const { part } = openCheckpoint(put(sd1()));
  expect(readPartConfig(unetConfig, part("unet"))).toMatchObject({
    in_channels: 4,
    out_channels: 4,
    block_out_channels: [32, 64, 128, 128],
    down_block_types: ["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    up_block_types: ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
    layers_per_block: [2, 2, 2, 2],
    cross_attention_dim: 128,
    use_linear_projection: false,
    heads: [8, 8, 8, 8],
  });
  expect(readPartConfig(vaeConfig, part("vae"))).toMatchObject({
    block_out_channels: [32, 64, 128, 128],
    layers_per_block: 2,
    latent_channels: 4,
    scaling_factor: 0.18215,
    use_quant_conv: true,
  });
  expect(readPartConfig(clipTextConfig, part("text_encoder"))).toMatchObject({
    vocab_size: 49408,
    hidden_size: 128,
    num_hidden_layers: 12,
    num_attention_heads: 2,
    max_position_embeddings: 77,
    hidden_act: "quick_gelu",
  });
});

test("Stable Diffusion 2.x has linear projections, heads of one width, and all but the last layer of OpenCLIP", () => {
  const { part } = openCheckpoint(put(sd2()));
  expect(readPartConfig(unetConfig, part("unet"))).toMatchObject({ use_linear_projection: true, heads: [1, 1, 2, 2] });
  expect(readPartConfig(clipTextConfig, part("text_encoder"))).toMatchObject({
    num_hidden_layers: 23,
    hidden_act: "gelu",
  });
});

test("a single file is a pipeline with CLIP's own vocabulary and the usual noise", () => {
  const { name, tokens, width, vaeScaling, vaeFactor, defaultSize, tokenizer, scheduler } = openPipeline(put(sd1()));
  expect({ name, tokens, width, vaeScaling, vaeFactor, defaultSize }).toEqual({
    name: "model",
    tokens: 77,
    width: 128,
    vaeScaling: 0.18215,
    vaeFactor: 8,
    defaultSize: { height: 512, width: 512 },
  });
  expect([tokenizer.ids.size, tokenizer.padId]).toEqual([49408, 49407]);
  expect(scheduler.tellsPrediction).toBe(false);
  expect(JSON.parse(scheduler.text)).toMatchObject({ beta_schedule: "scaled_linear", beta_end: 0.012 });
});

test("Stable Diffusion 2.x pads with zeros, and draws at 768 pixels where it predicts velocities", () => {
  const file = put(sd2());
  expect(openPipeline(file).tokenizer.padId).toBe(0);
  expect(openPipeline(file, { prediction: "epsilon" }).defaultSize).toEqual({ height: 512, width: 512 });
  expect(openPipeline(file, { prediction: "v" }).defaultSize).toEqual({ height: 768, width: 768 });
});

test("a text encoder with another vocabulary needs its tokenizer: named, or beside the file", () => {
  const file = put(originalShapes("sd1"));
  expect(faultsOf(file)).toEqual([
    "checkpoint-vocabulary: the text encoder knows 300 tokens, not the 49408 of CLIP, and a single file holds no vocabulary",
  ]);
  writeTokenizer(join(folder, "elsewhere"));
  expect(openPipeline(file, { tokenizer: join(folder, "elsewhere") }).tokenizer.ids.size).toBe(54);
  renameSync(join(folder, "elsewhere"), join(folder, "tokenizer"));
  expect(openPipeline(file).tokenizer.ids.size).toBe(54);
});

test("text encoders without the prefix text_model. open too", () => {
  const entries = Object.entries(sd1()).map(([name, shape]) => [name.replace(".text_model.", "."), shape]);
  expect(openPipeline(put(Object.fromEntries(entries))).width).toBe(128);
});

test("of two sets of weights those as trained are read, or the running means where they are asked for", () => {
  const both = put(withRunningMeans(sd1()));
  const trained = openPipeline(both).unet.weights;
  const means = openPipeline(both, { ema: true }).unet.weights;
  expect(openPipeline(both, { ema: false }).unet.weights).toEqual(trained);
  expect([...means.keys()]).toEqual([...trained.keys()]);
  const type = ({ dtype, shape }: WeightLocation) => ({ dtype, shape });
  for (const [name, location] of means) {
    const usual = trained.get(name);
    expect(type(location)).toEqual(usual && type(usual));
    expect(location.offset).not.toBe(usual?.offset);
  }
});

test.each([true, false])(
  "a choice between two sets of weights (ema: %s) is refused where the file holds one",
  (ema) => {
    expect(faultsOf(put(sd1()), { ema })).toEqual([expect.stringMatching(/^weights-one-set: /)]);
    // Means of a part of the weights are no set.
    const most = without(withRunningMeans(sd1()), /^model_ema\.diffusion_modelout2bias$/);
    expect(faultsOf(put(most), { ema })).toHaveLength(1);
  },
);

test("UNets that also read a picture are refused by name", () => {
  const reading = (channels: number): Shapes => ({
    ...sd1(),
    "model.diffusion_model.input_blocks.0.0.weight": [32, channels, 3, 3],
  });
  expect(faultsOf(put(reading(9)))[0]).toMatch(/^pipeline-variant: this is an inpainting UNet/);
  expect(faultsOf(put(reading(8)))[0]).toMatch(/^pipeline-variant: this is an InstructPix2Pix UNet/);
});

const OTHER_FAMILIES: readonly [title: string, names: Readonly<Record<string, Shape>>][] = [
  [
    "single-file Stable Diffusion XL",
    { "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight": [8] },
  ],
  ["refiner of Stable Diffusion XL", { "conditioner.embedders.0.model.ln_final.weight": [8] }],
  ["single-file Stable Diffusion 3", { "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight": [8] }],
  ["Flux", { "double_blocks.0.img_attn.qkv.weight": [8] }],
  ["LoRA", { lora_unet_down_blocks_0_attentions_0_proj_in: [1], "lora_unet_mid.lora_up.weight": [8, 4] }],
  ["ControlNet", { "control_model.input_hint_block.0.weight": [16, 3, 3, 3] }],
  ["video model (VideoCrafter, ModelScope)", { "model.diffusion_model.init_attn.0.norm.weight": [8] }],
  ["Stable Video Diffusion", { "model.diffusion_model.input_blocks.1.0.time_stack.emb_layers.1.weight": [8] }],
  ["unCLIP or upscaler of Stable Diffusion 2", { "model.diffusion_model.label_emb.0.0.weight": [8] }],
];
test.each(OTHER_FAMILIES)("a file of another family is refused by its name: %s", (title, shapes) => {
  const [fault = "", ...more] = faultsOf(put(shapes));
  expect(more).toEqual([]);
  expect(fault).toContain(`checkpoint-family: ${title}: `);
});

test("a file with a part only says which it lacks", () => {
  expect(faultsOf(put(without(sd1(), /^cond_stage_model\./)))[0]).toMatch(
    /^checkpoint-part: this file \(single-file UNet of Stable Diffusion\) holds no text encoder$/,
  );
  expect(faultsOf(put(without(sd1(), /^first_stage_model\./)))).toEqual([
    "checkpoint-part: this file (single-file Stable Diffusion 1.x) holds no autoencoder",
  ]);
});

test("what a file lacks is lent by another model, whole or that part alone, and only that", () => {
  const vae = /^first_stage_model\./;
  const lender = put(sd1(), "lender.safetensors");
  const whole = openPipeline(put(sd1(), "whole.safetensors"), { base: lender });
  expect(whole.vaeDecoder.path).toBe(whole.path);
  const pruned = put(without(sd1(), vae), "pruned.safetensors");
  const lent = openPipeline(pruned, { base: lender });
  expect([lent.unet.path, lent.textEncoder.path, lent.vaeDecoder.path]).toEqual([pruned, pruned, lender]);
  const alone = put(Object.fromEntries(Object.entries(sd1()).filter(([name]) => vae.test(name))), "vae.safetensors");
  expect(openPipeline(pruned, { base: alone }).vaeDecoder.path).toBe(alone);
  const unet = put(without(sd1(), /^(first|cond)_stage_model\./), "unet.safetensors");
  const { textEncoder, tokenizer, vaeDecoder } = openPipeline(unet, { base: lender });
  expect([textEncoder.path, vaeDecoder.path, tokenizer.padId]).toEqual([lender, lender, 49407]);
  expect(faultsOf(unet, { base: alone })[0]).toMatch(/^checkpoint-part: .*holds no text encoder/);
});

test("a tensor that is missing, or of a width that no norm of the family divides, is named", () => {
  const key = "model.diffusion_model.out.2.weight";
  expect(faultsOf(put(without(sd1(), new RegExp(`^${key}$`))))).toEqual([
    "weight-missing: the file lacks this tensor, by which the size of the network is known",
  ]);
  const odd = { "model.diffusion_model.input_blocks.1.0.in_layers.2.weight": [40, 32, 3, 3] };
  expect(faultsOf(put({ ...sd1(), ...odd }))[0]).toMatch(/^checkpoint-width: .* 40 channels/);
});

test("files that are no weights, or of no known model, are refused", () => {
  const page = join(folder, "page.safetensors");
  writeFileSync(page, "<!doctype html><html>not found</html>");
  expect(faultsOf(page)[0]).toMatch(/^safetensors-foreign: .*a web page/);
  const gguf = join(folder, "model.gguf");
  writeFileSync(gguf, "GGUF and more");
  expect(faultsOf(gguf)[0]).toMatch(/^safetensors-foreign: .*a GGUF file/);
  expect(faultsOf(put({ x: [1] }))).toEqual(["checkpoint-unknown: the names of its tensors are of no known model"]);
});

test("heads are told by the width of the texts, however the projections are saved", () => {
  const unet = (shapes: Shapes) => openCheckpoint(put(shapes)).part("unet").readConfig();
  const projected = (shapes: Shapes, ending: readonly number[]): Shapes =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) =>
        /\.proj_(in|out)\.weight$/.test(name) ? [name, [...shape.slice(0, 2), ...ending]] : [name, shape],
      ),
    );
  const [sd1, sd2] = [fullSizeShapes("sd1"), fullSizeShapes("sd2")];
  expect(unet(projected(sd1, []))).toMatchObject({ num_attention_heads: [8, 8, 8, 8], use_linear_projection: true });
  expect(unet(projected(sd2, [1, 1]))).toMatchObject({
    num_attention_heads: [5, 10, 20, 20],
    use_linear_projection: false,
  });
});

test("Stable Diffusion 2.x is read in the names of SGM too, and wrapped for several devices", () => {
  const renamed = Object.entries(originalShapes("sd2")).map(([name, shape]) => [
    `module.${name.replace(/^cond_stage_model\.model\./, "conditioner.embedders.0.model.")}`,
    shape,
  ]);
  const { family, holds } = openCheckpoint(put(Object.fromEntries(renamed)));
  expect(family.title).toBe("single-file Stable Diffusion 2.x");
  expect((["text_encoder", "unet", "vae"] as const).map(holds)).toEqual([true, true, true]);
});
