// The weighted sum of up to four scores.

import { z } from "zod";
import { defineNode } from "./define-node.ts";
import { weighted, weightedInputs, weightParams } from "./weighted-inputs.ts";

export const combineRewards = defineNode({
  type: "reward/combine",
  version: 1,
  title: "Combine Rewards",
  help: "Adds up scores by their weights, so that training serves several rewards at once.",
  synonyms: ["Weighted Sum", "Merge Rewards", "Multiple Rewards"],
  inputs: weightedInputs("score", "Of the same images as the others, or of other ones."),
  outputs: { score: { kind: "score", label: "Score", help: "The sum." } },
  params: z.object(
    weightParams(
      z.number().min(-1000).max(1000).default(1),
      "How much this score counts. Scales differ between rewards: a PickScore is about 100 times a cosine.",
    ),
  ),
  compile({ inputs, params, call }) {
    const { values: scores, weights, params: places } = weighted(inputs, params);
    return { outputs: { score: call("add scores", { scores }, { weights }, { params: places }) } };
  },
});
