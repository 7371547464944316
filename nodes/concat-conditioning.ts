// Conditionings one after another.

import { z } from "zod";
import { defineNode } from "./define-node.ts";

export const concatConditioning = defineNode({
  type: "conditioning/concat",
  version: 1,
  title: "Concat Conditioning",
  help: "Puts conditionings one after another, so that a model attends to the tokens of all: a written negative beside a trained one.",
  synonyms: ["ConditioningConcat", "Conditioning (Concat)", "ConditioningCombine", "Join Conditioning"],
  inputs: {
    conditionings: {
      kind: "conditioning",
      label: "Conditionings",
      help: "In the order of their wires, which the inspector counts and changes.",
      many: true,
      ordered: true,
    },
  },
  outputs: { condition: { kind: "conditioning", label: "Conditioning", help: "All of them, one after another." } },
  params: z.object({}),
  compile: ({ inputs, call }) => ({ outputs: { condition: call("concat conditioning", inputs) } }),
});
