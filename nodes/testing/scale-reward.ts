// A score times a factor.

import { z } from "zod";
import { defineNode } from "../define-node.ts";

export const scaleReward = defineNode({
  type: "reward/scale",
  version: 1,
  title: "Scale Reward",
  help: "Makes a score count more or less.",
  inputs: { score: { kind: "score", label: "Score", help: "What is scaled." } },
  outputs: { score: { kind: "score", label: "Score", help: "The score times the factor." } },
  params: z.object({
    factor: z.number().min(-100).max(100).default(1).meta({
      label: "Factor",
      step: 0.1,
      help: "How much the score counts; below 0, learning avoids what the reward likes.",
    }),
  }),
  compile: ({ inputs: { score }, params: { factor }, call }) => ({
    outputs: {
      score: call("add scores", { scores: [score] }, { weights: [factor] }, { params: { weights: "factor" } }),
    },
  }),
});
