// The text encoder: prompts to conditions.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const encoder = defineNode({
  type: "model/encoder",
  version: 1,
  title: "Encoder",
  help: "Turns prompts into the numbers that steer the UNet. An embedding that is learned lives in the space of these numbers.",
  synonyms: ["CLIP Text Encode (Prompt)", "CLIPTextEncode", "CLIPTextModel", "Text Encoder", "Conditioning"],
  inputs: {
    encoder: { kind: "text encoder", label: "Text encoder", help: "Of the pipeline whose UNet is steered." },
    prompts: { kind: "prompts", label: "Prompts", help: "What to draw." },
  },
  outputs: { condition: { kind: "condition", label: "Condition", help: "The encoded prompts." } },
  params: z.object({}),
  compile: ({ inputs: { encoder: part, prompts } }) => ({
    outputs: { condition: { pipeline: part.pipeline, prompts } },
  }),
});
