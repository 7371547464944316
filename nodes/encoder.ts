// The text encoder: prompts to conditions.

import { z } from "zod";
import { defineNode } from "./define-node.ts";
import { readingParams } from "./reading-params.ts";

export const encoder = defineNode({
  type: "model/encoder",
  version: 1,
  title: "Encoder",
  computes: "text encoder",
  help: "Turns prompts into the numbers that steer the UNet. An embedding that is learned lives in the space of these numbers.",
  synonyms: ["CLIP Text Encode (Prompt)", "CLIPTextEncode", "CLIPTextModel", "Text Encoder", "Conditioning"],
  inputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "What encodes: that of the pipeline whose UNet is steered, or of another for the same space.",
    },
    prompts: { kind: "prompts", label: "Prompts", help: "What to draw." },
  },
  outputs: { condition: { kind: "conditioning", label: "Conditioning", help: "The encoded prompts." } },
  params: z.object({
    ...readingParams,
    embeddings: z.string().default("").meta({
      label: "Embeddings",
      help: "The folder of the files that embedding:NAME in a prompt stands for.",
      control: "folder",
      empty: "none",
    }),
  }),
  compile({ inputs, params: { longPrompts, promptWeights, embeddings }, call }) {
    const reading = { longPrompts, promptWeights, ...(embeddings === "" ? {} : { embeddings }) };
    return { outputs: { condition: call("encode", inputs, reading) } };
  },
});
