// The mean of up to four conditionings.

import { z } from "zod";
import { defineNode } from "./define-node.ts";
import { weighted, weightedInputs, weightParams } from "./weighted-inputs.ts";

export const averageConditioning = defineNode({
  type: "conditioning/average",
  version: 1,
  title: "Average Conditioning",
  help: "The mean of several conditionings, token by token, each by its weight relative to the sum of all.",
  synonyms: ["Mean Conditioning", "Weighted Conditioning", "Prompt Mix"],
  inputs: weightedInputs("conditioning", "Of the same text encoder as the others."),
  outputs: { condition: { kind: "conditioning", label: "Conditioning", help: "Their mean." } },
  params: z.object(
    weightParams(
      z.number().min(-1000).max(1000).default(1),
      "How much this one counts beside the others; below 0, it leads away from it.",
    ),
  ),
  compile({ inputs, params, call }) {
    const { values: conditionings, weights, params: places } = weighted(inputs, params);
    return {
      outputs: { condition: call("average conditioning", { conditionings }, { weights }, { params: places }) },
    };
  },
});
