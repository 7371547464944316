// A LoRA in the UNet that is learned (Hu et al. 2021, arXiv:2106.09685).

import { defineNode } from "./define-node.ts";
import { loraParams, loraSettings } from "./lora-params.ts";

export const lora = defineNode({
  type: "model/lora",
  version: 1,
  title: "LoRA",
  help: "A UNet with small matrices beside its weights that are trained. Connect it to UNet, where it acts, and to Optimizer, which changes it.",
  synonyms: ["Train LoRA", "LoRA Trainer", "Low-Rank Adaptation", "LoraConfig", "Fine-tune UNet"],
  inputs: { unet: { kind: "unet", label: "UNet", help: "What is adapted; its own weights stay as they are." } },
  outputs: {
    unet: { kind: "unet", label: "UNet", help: "With the LoRA as it is at this step of training.", trainable: true },
  },
  params: loraParams(["feed-forward", "convolutions"]),
  compile: ({ node, inputs, params, call }) => ({
    outputs: { unet: call("lora", inputs, loraSettings(node, params)) },
  }),
});
