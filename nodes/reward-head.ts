// A reward of one's own: a head over the embeddings of a CLIP.

import { z } from "zod";
import { headFeatures, headFormat } from "../src-main/common/reward-options.ts";
import { baseModelParams, beginParams } from "./base-model-params.ts";
import { defineNode } from "./define-node.ts";

export const rewardHead = defineNode({
  type: "reward/head",
  version: 1,
  title: "Reward Head",
  computes: "reward",
  help: "A reward of your own: a small network over what a CLIP says of an image. Each image goes through the CLIP once, so training is quick.",
  synonyms: ["Aesthetic Predictor", "Linear Probe", "Train Reward", "Reward Model Trainer", "MLP Head"],
  inputs: {},
  outputs: {
    reward: { kind: "reward", label: "Reward", help: "As it is at this step of training.", trainable: true },
  },
  params: z.object({
    ...baseModelParams,
    features: headFeatures.default("image").meta({
      label: "Looks at",
      help: "The image alone, or also how well it fits its prompt.",
      choiceLabels: { image: "the image", "image and prompt": "image and prompt" },
    }),
    hidden: z.int().min(0).max(4096).default(0).meta({
      label: "Layer between",
      help: "Numbers of a layer between embedding and score; 0 for one linear layer, which needs the fewest examples.",
    }),
    bias: z.number().default(0).meta({
      label: "Begins at",
      help: "What a new one says of every image; for ratings their mean.",
    }),
    format: headFormat.default("reneg").meta({
      label: "File format",
      help: "How the file lies: LAION's holds one linear layer over the image.",
      choiceLabels: { reneg: "ReNeg Studio", laion: "LAION aesthetic predictor" },
    }),
    ...beginParams,
  }),
  compile: ({ node, params: { start, ...params }, call }) => ({
    outputs: { reward: call("reward head", {}, { id: node, ...params, ...(start === "" ? {} : { start }) }) },
  }),
});
