// Two models at once.

import { z } from "zod";
import { blendWeight } from "./blend-weight.ts";
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
  params: z.object({ weight: blendWeight }),
  compile: ({ inputs, params, call }) => ({ outputs: { model: call("blend models", inputs, params) } }),
});
