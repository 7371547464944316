// A LoRA from a file, in the networks of a pipeline. One behind the other, as many as are wanted.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const loadLora = defineNode({
  type: "model/load-lora",
  version: 1,
  title: "Load LoRA",
  help: "Changes a UNet, and the text encoder if it is connected, by a LoRA from a file. Several stand one behind the other.",
  synonyms: ["LoraLoader", "LoraLoaderModelOnly", "LoRA Loader", "load_lora_weights", "PEFT", "LyCORIS"],
  inputs: {
    unet: { kind: "unet", label: "UNet", help: "Of a pipeline, or with other LoRA in it." },
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "Of the same pipeline, for files that change it as well.",
      optional: true,
    },
  },
  outputs: {
    unet: { kind: "unet", label: "UNet", help: "With the LoRA in it." },
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "With the LoRA in it, if the file holds something for it.",
    },
  },
  params: z.object({
    file: z.string().min(1, "no file is chosen").meta({
      label: "File",
      help: "A LoRA as kohya's scripts, diffusers or PEFT write it, or one that a run has saved.",
      control: "file",
      offers: "lora",
    }),
    strength: z.number().min(-10).max(10).default(1).meta({
      label: "Strength",
      step: 0.1,
      help: "1: as it was trained; 0: without effect; negative: the other way.",
    }),
  }),
  compile: ({ inputs: { unet, encoder }, params, call }) => ({
    outputs: {
      unet: call("load lora", { unet }, params, { as: "unet" }),
      encoder: encoder && call("load text encoder lora", { encoder }, params, { as: "encoder" }),
    },
  }),
});
