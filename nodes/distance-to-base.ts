// What keeps a model that is adapted near to the base model, as a score that one can see and add up.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const distanceToBase = defineNode({
  type: "reward/distance-to-base",
  version: 1,
  title: "Distance to Base Model",
  help: "A score that falls the more the predictions of the trained model differ from those before training, at the sampling steps whose gradients are taken. Added to a reward, it keeps training from pleasing the reward alone. It takes one more pass of the UNet.",
  synonyms: ["KL Divergence", "KL Regularization", "KL Penalty", "Prior Preservation", "Reward Hacking", "Keep Away"],
  inputs: { latent: { kind: "latent", label: "Latent", help: "Of the Sampler that draws with what is trained." } },
  outputs: {
    score: { kind: "score", label: "Score", help: "Of each image: −λ · the distance; 0 before anything is trained." },
  },
  params: z.object({
    weight: z.number().positive().max(1e6).default(1).meta({
      label: "Weight",
      step: 0.1,
      help: "λ: how strongly the model is held.",
    }),
    measure: z
      .enum(["l2", "kl"])
      .default("l2")
      .meta({
        label: "Measure",
        help: "L2: the mean square of the difference. KL: of the Gaussians that ancestral sampling draws the next sample from, a sum over all numbers that grows towards the last steps.",
        choiceLabels: { l2: "L2", kl: "KL divergence" },
      }),
  }),
  compile: ({ inputs, params, call }) => ({ outputs: { score: call("distance to base", inputs, params) } }),
});
