import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { diagnosticsOf } from "../common/testing/refusal-of.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import { openPipeline } from "./pipeline.ts";
import { changeJson, writePipeline } from "./testing/write-pipeline.ts";

const root = mkdtempSync(join(tmpdir(), "pipeline-"));
const folder = join(root, "small-sd");
beforeAll(() => writePipeline(folder));
afterAll(() => rmSync(root, { recursive: true }));

/** A copy with other configs. */
function changed(changes: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  const copy = mkdtempSync(join(root, "changed-"));
  cpSync(folder, copy, { recursive: true });
  for (const [file, change] of Object.entries(changes)) changeJson(join(copy, file), change);
  return copy;
}

function codesOf(path: string): string[] {
  return diagnosticsOf(() => openPipeline(path)).map(({ code }) => code);
}

test("a pipeline tells the sizes that drawing needs", () => {
  const { textEncoder, unet, vaeDecoder, space, tokenizer, scheduler, ...facts } = openPipeline(folder);
  expect(facts).toEqual({
    name: "small-sd",
    path: folder,
    draws: "pictures",
    prediction: undefined,
    timeProjection: { width: 32, flip: true, shift: 0 },
    tokens: 77,
    width: 64,
    latentChannels: 4,
    vaeScaling: 0.18215,
    vaeFactor: 8,
    defaultSize: { height: 128, width: 128 },
  });
  expect({ tokens: tokenizer.ids.size, padId: tokenizer.padId }).toEqual({ tokens: 54, padId: 53 });
  expect(scheduler.tellsPrediction).toBe(true);
  expect(space).toEqual({ id: expect.stringMatching(/^clip-text-64x12\/[0-9a-f]{12}$/), tokens: 77, width: 64 });
  expect([textEncoder, unet, vaeDecoder].map(({ component }) => component)).toEqual([
    "text_encoder",
    "unet",
    "vae_decoder",
  ]);
});

test("of two sets of weights the running means are drawn with, or those as trained where they are asked for", () => {
  const copy = changed({});
  expect(() => openPipeline(copy, { ema: false })).toThrow("one set of the UNet's weights");
  const unet = join(copy, "unet");
  cpSync(join(unet, "diffusion_pytorch_model.safetensors"), join(unet, "diffusion_pytorch_model.non_ema.safetensors"));
  const fileOf = (ema?: boolean) => basename([...openPipeline(copy, { ema }).unet.weights.values()][0]?.file ?? "");
  expect([fileOf(), fileOf(true)]).toEqual([
    "diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.safetensors",
  ]);
  expect(fileOf(false)).toBe("diffusion_pytorch_model.non_ema.safetensors");
});

test("an export holds one set of weights, so that none can be chosen", () => {
  const copy = changed({});
  writeFileSync(join(copy, "unet", "model.onnx"), "");
  expect(() => openPipeline(copy, { ema: true })).toThrow("one set of the UNet's weights");
});

test("a folder without its autoencoder borrows it from a whole model or from an autoencoder's own folder", () => {
  const copy = changed({});
  rmSync(join(copy, "vae"), { recursive: true });
  expect(codesOf(copy)).toEqual(["pipeline-incomplete"]);
  for (const base of [folder, join(folder, "vae")]) {
    expect(openPipeline(copy, { base }).vaeDecoder.path).toBe(join(folder, "vae"));
  }
});

test("the name emoji stands for the embedded pipeline", () => {
  const { name, width, tokens, vaeFactor, defaultSize } = openPipeline("emoji");
  expect({ name, width, tokens, vaeFactor, defaultSize }).toEqual({
    name: "emoji",
    width: 128,
    tokens: 77,
    vaeFactor: 4,
    defaultSize: { height: 64, width: 64 },
  });
});

test("a folder without model_index.json is opened by its parts", () => {
  const copy = changed({});
  rmSync(join(copy, "model_index.json"));
  expect(openPipeline(copy).width).toBe(64);
});

test("a sample size may give height and width", () => {
  const copy = changed({ "unet/config.json": { sample_size: [8, 24] } });
  expect(openPipeline(copy).defaultSize).toEqual({ height: 64, width: 192 });
});

test("a text encoder of another width is refused with both places", () => {
  const copy = changed({ "unet/config.json": { cross_attention_dim: 768 } });
  expect(() => openPipeline(copy)).toThrow(
    /the UNet reads texts of width 768, but the text encoder writes width 64\n.*cross_attention_dim\n {2}note: .*hidden_size is 64\n/,
  );
});

test("UNets that also read a picture are refused by name", () => {
  expect(() => openPipeline(changed({ "unet/config.json": { in_channels: 9 } }))).toThrow(
    /an inpainting UNet.*9 channels/,
  );
  expect(() => openPipeline(changed({ "unet/config.json": { in_channels: 8 } }))).toThrow(/an InstructPix2Pix UNet/);
  expect(() => openPipeline(changed({ "unet/config.json": { in_channels: 5 } }))).toThrow(/a depth-to-image UNet/);
});

test("an autoencoder with other latents is refused", () => {
  expect(codesOf(changed({ "vae/config.json": { latent_channels: 16 } }))).toEqual(["pipeline-latents"]);
});

test("a tokenizer with more tokens than the text encoder knows is refused", () => {
  expect(codesOf(changed({ "tokenizer/vocab.json": { cat: 300 } }))).toEqual(["tokenizer-vocabulary"]);
  expect(codesOf(changed({ "tokenizer/vocab.json": { cat: 299 } }))).toEqual([]);
});

test("a tokenizer that pads beyond the text encoder's positions is refused", () => {
  expect(codesOf(changed({ "tokenizer/tokenizer_config.json": { model_max_length: 120 } }))).toEqual([
    "tokenizer-length",
  ]);
});

test("the faults of all parts are reported together", () => {
  const copy = changed({
    "unet/config.json": { act_fn: "mish" },
    "vae/config.json": { shift_factor: 0.1 },
  });
  rmSync(join(copy, "tokenizer", "merges.txt"));
  expect(codesOf(copy)).toEqual(["config-unsupported", "config-unsupported", "file-not-found"]);
});

test("pipelines of other families are refused by what is different in them", () => {
  const xl = changed({
    "model_index.json": {
      _class_name: "StableDiffusionXLPipeline",
      text_encoder_2: ["transformers", "CLIPTextModelWithProjection"],
    },
  });
  expect(() => openPipeline(xl)).toThrow(
    /StableDiffusionXLPipeline has a second text encoder, as Stable Diffusion XL does/,
  );
  const video = changed({ "model_index.json": { unet: ["diffusers", "UNet3DConditionModel"] } });
  expect(() => openPipeline(video)).toThrow(/has UNet3DConditionModel as unet; supported is UNet2DConditionModel/);
});

test("missing parts are all named", () => {
  const copy = changed({});
  for (const part of ["vae", "scheduler"]) rmSync(join(copy, part), { recursive: true });
  expect(() => openPipeline(copy)).toThrow(/this folder lacks vae, scheduler/);
});

test("a missing path, another file and a part of a pipeline are refused", () => {
  expect(codesOf(join(root, "nowhere"))).toEqual(["pipeline-missing"]);
  expect(codesOf(join(folder, "model_index.json"))).toEqual(["safetensors-foreign"]);
  expect(codesOf(join(folder, "unet"))).toEqual(["pipeline-incomplete"]);
});

test.each([
  ["text_encoder", ["transformers", "CLIPTextModelWithProjection"]],
  ["text_encoder", ["transformers", "FlaxCLIPTextModel"]],
  ["tokenizer", ["transformers", "PreTrainedTokenizerFast"]],
  ["safety_checker", ["stable_diffusion", "StableDiffusionSafetyChecker"]],
])("class names that mean the same network are taken: %s is %j", (part, named) => {
  expect(openPipeline(changed({ "model_index.json": { [part]: named } })).width).toBe(64);
});

test.each(["constructor", "critic"])("a part called %s, which nobody knows, is refused by its name", (part) => {
  const copy = changed({});
  const index = `{"_class_name": "StableDiffusionPipeline", ${JSON.stringify(part)}: ["diffusers", "__proto__"]}`;
  writeFileSync(join(copy, "model_index.json"), index);
  expect(() => openPipeline(copy)).toThrow(`has a part called ${part} (__proto__)`);
});

test("a sample size below 64 of diffusers before 0.9 was not meant, and is 64", () => {
  const size = (unet: object) => openPipeline(changed({ "unet/config.json": { ...unet } })).defaultSize.height;
  expect(size({ sample_size: 32, _diffusers_version: "0.2.2" })).toBe(8 * 64);
  expect(size({ sample_size: 32, _diffusers_version: "0.9.0" })).toBe(8 * 32);
  expect(size({ sample_size: 96, _diffusers_version: "0.2.2" })).toBe(8 * 96);
});

test("a scheduler config of 2022 is repaired as StableDiffusionPipeline repairs it", () => {
  const { scheduler } = openPipeline(folder);
  expect(scheduler.meant).toEqual({ steps_offset: 1, clip_sample: false });
});

test("a network that would leave tensors of its file out is refused with their number and names", () => {
  const copy = changed({
    "unet/config.json": {
      down_block_types: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    },
  });
  const { unet } = openPipeline(copy);
  const b = new GraphBuilder();
  const build = () =>
    unet.build(b, {
      sample: b.input("sample", "float32", [1, 4, 8, 8]),
      timestep: b.input("timestep", "int64", [1]),
      encoder_hidden_states: b.input("encoder_hidden_states", "float32", [1, 1, 64]),
    });
  expect(build).toThrow(/holds 52 tensors that the network does not have: down_blocks\.0\.attentions\.0\./);
});
