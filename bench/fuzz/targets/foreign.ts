// Workflows and images of other programs, made into a workflow of ours.

import { readA1111Parameters } from "../../../src-main/engine/foreign/a1111-parameters.ts";
import { settingsInImage, settingsInJson } from "../../../src-main/engine/foreign/read-foreign.ts";
import { workflowOfSettings } from "../../../src-main/engine/foreign/workflow-of-settings.ts";
import { readJson } from "../../../src-main/weights/json-file.ts";
import type { Target } from "../target.ts";
import { json } from "./seeds.ts";

const API_FORM = {
  "3": {
    class_type: "KSampler",
    inputs: {
      seed: 1,
      steps: 20,
      cfg: 8,
      sampler_name: "euler",
      model: ["4", 0],
      positive: ["6", 0],
      negative: ["7", 0],
    },
  },
  "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "dreamshaper_8.safetensors" } },
  "5": { class_type: "EmptyLatentImage", inputs: { width: 512, height: 768, batch_size: 1 } },
  "6": { class_type: "CLIPTextEncode", inputs: { text: "a (glass:1.2) bottle", clip: ["4", 1] } },
  "7": { class_type: "CLIPTextEncode", inputs: { text: "text, embedding:bad-hands", clip: ["10", 1] } },
  "10": { class_type: "LoraLoader", inputs: { lora_name: "style.safetensors", model: ["4", 0], clip: ["4", 1] } },
};
const EDITOR_FORM = {
  nodes: [
    { id: 3, type: "KSampler", inputs: [{ name: "positive", link: 2 }], widgets_values: [1, "fixed", 20, 8, "euler"] },
    { id: 4, type: "CheckpointLoaderSimple", widgets_values: ["dreamshaper_8.safetensors"] },
    { id: 6, type: "CLIPTextEncode", widgets_values: ["a (glass:1.2) bottle"] },
  ],
  links: [[2, 6, 0, 3, 1, "CONDITIONING"]],
  version: 0.4,
};
const PARAMETERS = [
  "a (lighthouse:1.3) at night <lora:detail:0.8>",
  "Negative prompt: blurry, EasyNegative",
  'Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 1234, Size: 512x640, TI hashes: "EasyNegative: c7"',
].join("\n");

export const comfy: Target = {
  form: "json",
  name: "comfy.json",
  seeds: () => [json(API_FORM), json(EDITOR_FORM), json({ prompt: API_FORM, client_id: "x" })],
  open: () => (path, bytes) => {
    const text = Buffer.from(bytes).toString("utf8");
    const made = [
      settingsInJson(readJson(path)),
      settingsInImage({ prompt: text }),
      settingsInImage({ workflow: text }),
    ];
    for (const one of made) if (one !== undefined) workflowOfSettings(one, path);
  },
};

export const a1111: Target = {
  form: "text",
  name: "parameters.txt",
  seeds: () => [Buffer.from(PARAMETERS)],
  open: () => (path, bytes) => {
    const made = readA1111Parameters(Buffer.from(bytes).toString("utf8"));
    if (made !== undefined) workflowOfSettings(made, path);
  },
};
