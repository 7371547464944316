// Rescaled guidance (Lin et al. 2024, arXiv:2305.08891, §3.4).

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const guidanceRescale = defineNode({
  type: "sampling/guidance-rescale",
  version: 1,
  title: "Guidance Rescale",
  help: "Gives a guided prediction the contrast that it has without guidance: against the glare of strong guidance.",
  synonyms: ["RescaleCFG", "CFG Rescale", "guidance_rescale", "Rescale Classifier-Free Guidance"],
  inputs: { guided: { kind: "prediction", label: "Guided noise", help: "What CFG gives." } },
  outputs: { guided: { kind: "prediction", label: "Guided noise", help: "The same, rescaled." } },
  params: z.object({
    factor: z.number().min(0).max(1).default(0.7).meta({
      label: "Factor",
      step: 0.05,
      help: "φ: 0 changes nothing, 1 rescales wholly; 0.7 is what the paper takes.",
    }),
  }),
  compile: ({ inputs: { guided }, params, call }) => ({
    outputs: { guided: call("rescale guidance", { prediction: guided }, params, { ports: { prediction: "guided" } }) },
  }),
});
