// Two models at once.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const modelBlend = defineNode({
  type: "model/blend",
  version: 1,
  title: "Model Blend",
  help: "Predicts what lies between two models of one text encoder, as a fine-tune and its base: both are computed at each step.",
  synonyms: ["ModelMergeSimple", "Merge Models", "Checkpoint Merge", "Ensemble"],
  inputs: {
    first: { kind: "model", label: "First", help: "What a weight of 0 gives." },
    second: { kind: "model", label: "Second", help: "What a weight of 1 gives, at the same size." },
  },
  outputs: { model: { kind: "model", label: "Model", help: "Both, ready to be guided." } },
  params: z.object({
    weight: z.number().min(-10).max(10).default(0.5).meta({
      label: "Weight",
      step: 0.05,
      help: "Of the second: 0 is the first alone, 1 the second alone; beyond, it leads away from the other.",
    }),
  }),
  compile: ({ inputs, params, call }) => ({ outputs: { model: call("blend models", inputs, params) } }),
});
