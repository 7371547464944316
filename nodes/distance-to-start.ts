// What holds a parameter near to where it began, as a score that one can see and add up.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const distanceToStart = defineNode({
  type: "reward/distance-to-start",
  version: 1,
  title: "Distance to Start",
  help: "A score that falls with the square of how far what is trained has moved from where it began. Added to a reward, it holds it near.",
  synonyms: ["Regularization", "Weight Decay", "Proximal Term", "L2 Penalty"],
  inputs: {
    parameter: {
      kind: "parameter",
      label: "Parameter",
      help: "An embedding, a LoRA or a text encoder that is trained.",
    },
  },
  outputs: { score: { kind: "score", label: "Score", help: "The same for each image: −λ/2 · ‖p − p₀‖²." } },
  params: z.object({
    weight: z.number().positive().max(1e6).default(0.01).meta({
      label: "Weight",
      step: 0.01,
      help: "λ: how strongly it is held.",
    }),
  }),
  compile: ({ inputs, params, call }) => ({ outputs: { score: call("distance to start", inputs, params) } }),
});
