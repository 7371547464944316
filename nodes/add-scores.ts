// The sum or the mean of any number of scores.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const addScores = defineNode({
  type: "reward/add",
  version: 1,
  title: "Add Scores",
  help: "Adds up any number of scores, all alike. Combine Rewards weighs up to four.",
  synonyms: ["Sum", "Mean of Scores", "Total Reward"],
  inputs: {
    scores: { kind: "score", label: "Scores", help: "Of the same images or of different ones.", many: true },
  },
  outputs: { score: { kind: "score", label: "Score", help: "Their sum, or their mean." } },
  params: z.object({
    take: z.enum(["sum", "mean"]).default("sum").meta({
      label: "Take",
      help: "The sum, or the mean, whose size does not grow with the number of scores.",
    }),
  }),
  compile({ inputs: { scores }, params: { take }, call }) {
    const weights = scores.map(() => (take === "sum" ? 1 : 1 / scores.length));
    return { outputs: { score: call("add scores", { scores }, { weights }) } };
  },
});
