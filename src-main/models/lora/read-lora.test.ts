import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { elementCount, floatTensor, type FloatTensor, type Shape } from "../../common/tensor.ts";
import { diagnosticsOf } from "../../common/testing/refusal-of.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { openPipeline } from "../pipeline.ts";
import { readLora } from "./read-lora.ts";

const folder = mkdtempSync(join(tmpdir(), "read-lora-"));
afterAll(() => rmSync(folder, { recursive: true }));
const emoji = openPipeline("emoji");

const QUERY = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
const OUT = "mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0";
const TEXT = "encoder.layers.1.self_attn.out_proj";
const WIDTH = 128;

let file: string;
let count = 0;
beforeEach(() => (file = join(folder, `${count++}.safetensors`)));

function zeros(...shape: Shape): FloatTensor {
  return floatTensor(shape, new Float32Array(elementCount(shape)));
}

/** Both factors of a matrix [128, 128], of rank 4. */
function pair(down: string, up: string): Record<string, FloatTensor> {
  return { [down]: zeros(4, WIDTH), [up]: zeros(WIDTH, 4) };
}

function kohya(module: string): Record<string, FloatTensor> {
  return pair(`${module}.lora_down.weight`, `${module}.lora_up.weight`);
}

function read(tensors: Record<string, FloatTensor>, metadata: Record<string, string> = {}) {
  writeSafetensors(file, tensors, metadata);
  const { changes } = readLora(file, emoji);
  return [...changes.unet, ...changes["text encoder"]].map(([name, { scale }]) => `${name} ${scale}`);
}

function faultsOf(tensors: Record<string, FloatTensor>): string {
  const faults = diagnosticsOf(() => read(tensors));
  return faults.map(({ code, at, message }) => `${code} ${at.part ?? ""}: ${message}`).join("\n");
}

const underscored = (path: string): string => path.replaceAll(".", "_");

test.each([
  ["kohya's scripts", `${QUERY}.weight`, kohya(`lora_unet_${underscored(QUERY)}`)],
  ["kohya's scripts, text", `${TEXT}.weight`, kohya(`lora_te_text_model_${underscored(TEXT)}`)],
  ["kohya's scripts, first text encoder", `${TEXT}.weight`, kohya(`lora_te1_text_model_${underscored(TEXT)}`)],
  ["diffusers", `${OUT}.weight`, pair(`unet.${OUT}.lora_A.weight`, `unet.${OUT}.lora_B.weight`)],
  [
    "diffusers, text",
    `${TEXT}.weight`,
    pair(`text_encoder.text_model.${TEXT}.lora_A.weight`, `text_encoder.text_model.${TEXT}.lora_B.weight`),
  ],
  ["diffusers before PEFT", `${OUT}.weight`, pair(`unet.${OUT}.lora.down.weight`, `unet.${OUT}.lora.up.weight`)],
  [
    "diffusers before PEFT, text",
    `${TEXT}.weight`,
    pair(
      `text_encoder.text_model.${TEXT}.lora_linear_layer.down.weight`,
      `text_encoder.text_model.${TEXT}.lora_linear_layer.up.weight`,
    ),
  ],
  [
    "the first diffusers",
    `${OUT}.weight`,
    pair(
      `${OUT.replace("to_out.0", "processor.to_out")}_lora.down.weight`,
      `${OUT.replace("to_out.0", "processor.to_out")}_lora.up.weight`,
    ),
  ],
])("names of %s are known", (_, weight, tensors) => {
  expect(read(tensors)).toEqual([`${weight} 1`]);
});

test("alpha is taken from the layer, from diffusers' metadata, or from PEFT's config, and is the rank otherwise", () => {
  const module = `lora_unet_${underscored(QUERY)}`;
  expect(read({ ...kohya(module), [`${module}.alpha`]: floatTensor([], [1]) })).toEqual([`${QUERY}.weight 0.25`]);
  const diffusers = pair(`unet.${QUERY}.lora_A.weight`, `unet.${QUERY}.lora_B.weight`);
  const told = { "unet.lora_alpha": 8, "unet.alpha_pattern": {} };
  expect(read(diffusers, { lora_adapter_metadata: JSON.stringify(told) })).toEqual([`${QUERY}.weight 2`]);
  const own = { ...told, "unet.alpha_pattern": { [QUERY]: 2 }, "unet.use_rslora": true };
  expect(read(diffusers, { lora_adapter_metadata: JSON.stringify(own) })).toEqual([`${QUERY}.weight 1`]);
  expect(read(diffusers)).toEqual([`${QUERY}.weight 1`]);
});

test("PEFT's files need their config, and folders of PEFT are opened by what is in them", () => {
  const tensors = pair(`base_model.model.${QUERY}.lora_A.weight`, `base_model.model.${QUERY}.lora_B.weight`);
  const peft = join(folder, "peft");
  mkdirSync(peft);
  writeSafetensors(join(peft, "adapter_model.safetensors"), tensors);
  expect(() => readLora(peft, emoji)).toThrow(/adapter_config\.json/);
  writeFileSync(join(peft, "adapter_config.json"), JSON.stringify({ lora_alpha: 2, peft_type: "LORA" }));
  expect(readLora(peft, emoji).changes.unet.get(`${QUERY}.weight`)?.scale).toBe(0.5);
  const empty = join(folder, "empty");
  mkdirSync(empty);
  expect(() => readLora(empty, emoji)).toThrow(/holds neither/);
});

test.each([
  ["dora_scale", "DoRA"],
  ["hada_w1_a", "LoHa"],
  ["lokr_w1", "LoKr"],
  ["oft_blocks", "OFT"],
  ["diff", "full differences"],
  ["lora_mid.weight", "LoCon with a Tucker"],
  ["on_input", "IA³"],
  ["b1.weight", "GLoRA"],
])("another kind of adapter is refused by its name: .%s is %s", (ending, name) => {
  const module = `lora_unet_${underscored(QUERY)}`;
  expect(faultsOf({ ...kohya(module), [`${module}.${ending}`]: zeros(4, 4) })).toContain(`this adapter is ${name}`);
});

test("a config that says DoRA is refused", () => {
  const diffusers = pair(`unet.${QUERY}.lora_A.weight`, `unet.${QUERY}.lora_B.weight`);
  const told = { "unet.lora_alpha": 4, "unet.use_dora": true };
  expect(() => read(diffusers, { lora_adapter_metadata: JSON.stringify(told) })).toThrow(/DoRA/);
});

test("tensors of layers that the pipeline does not have are refused, and never read over", () => {
  const module = `lora_unet_${underscored(QUERY)}`;
  const other = { ...kohya(module), ...kohya("lora_te2_text_model_encoder_layers_0_mlp_fc1") };
  expect(faultsOf(other)).toMatchInlineSnapshot(
    `"lora-unmatched lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight: 2 tensors of 4 belong to no layer of emoji: lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_down.weight, lora_te2_text_model_encoder_layers_0_mlp_fc1.lora_up.weight"`,
  );
  expect(faultsOf({ ...kohya(module), "bundle_emb.word.string_to_param": zeros(2, WIDTH) })).toContain(
    "lora-unmatched",
  );
  expect(faultsOf({})).toContain("lora-unmatched");
});

test("factors of other sizes, single ones, and a layer that is told twice are refused", () => {
  const module = `lora_unet_${underscored(QUERY)}`;
  const { [`${module}.lora_down.weight`]: down = zeros(1), [`${module}.lora_up.weight`]: up = zeros(1) } =
    kohya(module);
  expect(faultsOf({ [`${module}.lora_down.weight`]: zeros(4, 320), [`${module}.lora_up.weight`]: up })).toContain(
    "lora-size",
  );
  expect(faultsOf({ [`${module}.lora_down.weight`]: down, [`${module}.lora_up.weight`]: zeros(WIDTH, 5) })).toContain(
    "lora-size",
  );
  expect(faultsOf({ [`${module}.lora_down.weight`]: down })).toContain("holds one");
  expect(
    faultsOf({ ...kohya(module), ...pair(`unet.${QUERY}.lora_A.weight`, `unet.${QUERY}.lora_B.weight`) }),
  ).toContain("lora-twice");
});
