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
  compile({ inputs: { score }, params: { factor }, fault }) {
    if (factor === 0) {
      fault({
        code: "factor-zero",
        param: "factor",
        message: "a factor of 0 leaves nothing to learn from",
        help: "choose another factor, or mute the node and its reward",
      });
    }
    const rewards = score.rewards.map((reward) => ({ ...reward, weight: reward.weight * factor }));
    return { outputs: { score: { image: score.image, rewards } } };
  },
});
