// Between two conditionings.

import { z } from "zod";
import { blendWeight } from "./blend-weight.ts";
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
  params: z.object({ weight: blendWeight }),
  compile: ({ inputs, params, call }) => ({ outputs: { condition: call("blend conditioning", inputs, params) } }),
});
