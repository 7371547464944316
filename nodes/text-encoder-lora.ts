// A LoRA in the text encoder that is learned. The encoder then runs at each step, and not once for each text.

import { defineNode } from "./define-node.ts";
import { loraParams, loraSettings } from "./lora-params.ts";

export const textEncoderLora = defineNode({
  type: "model/text-encoder-lora",
  version: 1,
  title: "Text Encoder LoRA",
  help: "A text encoder with small matrices beside its weights that are trained. Connect it to Encoder, where it acts, and to Optimizer, which changes it.",
  synonyms: ["CLIP LoRA", "LoRA for CLIP", "Text Encoder Adapter"],
  inputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "What is adapted; its own weights stay as they are.",
    },
  },
  outputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "With the LoRA as it is at this step of training.",
      trainable: true,
    },
  },
  params: loraParams(["feed-forward"]),
  compile: ({ node, inputs, params, call }) => ({
    outputs: { encoder: call("text encoder lora", inputs, loraSettings(node, params)) },
  }),
});
