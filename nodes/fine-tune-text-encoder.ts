// A text encoder whose own weights are learned. It then runs at each step, and not once for each text.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const fineTuneTextEncoder = defineNode({
  type: "model/fine-tune-text-encoder",
  version: 1,
  title: "Fine-tune Text Encoder",
  help: "A text encoder whose own weights are trained, whole or the last layers. Connect it to Encoder, where it acts, and to Optimizer, which changes it. Text Encoder LoRA needs far less memory.",
  synonyms: ["Train Text Encoder", "Fine-tune CLIP", "CLIP Fine-tuning", "train_text_encoder", "Unfreeze CLIP"],
  inputs: {
    encoder: { kind: "text encoder", label: "Text encoder", help: "What its weights begin as." },
  },
  outputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "As it is at this step of training.",
      trainable: true,
    },
  },
  params: z.object({
    layers: z.int().min(1).max(1000).nullable().default(1).meta({
      label: "Last layers",
      help: "How many are trained, from the end, with the norm behind them. The whole encoder has its tables of words and places too.",
      empty: "the whole encoder",
    }),
    form: z
      .enum(["transformers", "checkpoint"])
      .default("transformers")
      .meta({
        label: "File format",
        help: "A folder that diffusers, transformers and Pipeline read as a text encoder; or a copy of the model's single file with the trained weights in it.",
        choiceLabels: { transformers: "transformers folder", checkpoint: "single file of the model" },
      }),
  }),
  compile: ({ node, inputs, params: { layers, form }, call }) => ({
    outputs: {
      // Two that begin alike are still two.
      encoder: call("trained text encoder", inputs, { id: node, form, ...(layers === null ? {} : { layers }) }),
    },
  }),
});
