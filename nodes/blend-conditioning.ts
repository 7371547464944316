// Between two conditionings.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const blendConditioning = defineNode({
  type: "conditioning/blend",
  version: 1,
  title: "Blend Conditioning",
  help: "Goes from one conditioning to another, token by token: two prompts, or a written negative and a trained one.",
  synonyms: ["ConditioningAverage", "Interpolate Conditioning", "Mix Conditioning", "Lerp"],
  inputs: {
    first: { kind: "conditioning", label: "First", help: "What a weight of 0 gives." },
    second: { kind: "conditioning", label: "Second", help: "What a weight of 1 gives." },
  },
  outputs: { condition: { kind: "conditioning", label: "Conditioning", help: "What lies between them." } },
  params: z.object({
    weight: z.number().min(-10).max(10).default(0.5).meta({
      label: "Weight",
      step: 0.05,
      help: "Of the second: 0 is the first alone, 1 the second alone; beyond, it leads away from the other.",
    }),
  }),
  compile: ({ inputs, params, call }) => ({ outputs: { condition: call("blend conditioning", inputs, params) } }),
});
