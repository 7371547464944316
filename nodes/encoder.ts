// The text encoder: prompts to conditions.

import { z } from "zod";
import { longPrompts, promptWeights } from "../src-main/common/text-reading.ts";
import { defineNode } from "./define-node.ts";

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
    longPrompts: longPrompts.default("cut").meta({
      label: "Long prompts",
      help: "What becomes of what does not fit into 75 tokens: it is cut off, or read in chunks of 75, one context behind the other.",
    }),
    promptWeights: promptWeights.default("none").meta({
      label: "Weights",
      help: "a1111: (word:1.3), [word] and BREAK; compel: word++ and (some words)1.3. Rewards read the words without them.",
    }),
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
