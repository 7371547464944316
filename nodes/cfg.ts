// Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598): ε̃ = ε(x, n) + γ · (ε(x, c) − ε(x, n)).

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const cfg = defineNode({
  type: "sampling/cfg",
  version: 1,
  title: "CFG",
  help: "Steers towards the prompt and away from the negative. Training reaches the negative through this node alone.",
  synonyms: ["CFGGuider", "CFG Guider", "Classifier-Free Guidance", "Guidance Scale", "BasicGuider"],
  inputs: {
    model: { kind: "model", label: "Model", help: "What predicts the noise." },
    positive: { kind: "condition", label: "Positive", help: "What to draw." },
    negative: {
      kind: "embedding",
      label: "Negative",
      help: "What to steer away from; without it, the empty text.",
      optional: true,
    },
  },
  outputs: { guided: { kind: "guided noise", label: "Guided noise", help: "The noise prediction with guidance." } },
  params: z.object({
    scale: z.number().min(1).max(100).default(7.5).meta({
      label: "Guidance scale",
      step: 0.5,
      help: "γ: how strongly to steer. At 1 the negative has no effect, and nothing can be learned.",
    }),
  }),
  compile: ({ inputs: { model, positive, negative = null }, params: { scale } }) => ({
    outputs: { guided: { model, prompts: positive.prompts, reading: positive.reading, negative, scale } },
  }),
});
