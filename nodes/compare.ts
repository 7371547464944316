// Pictures side by side, when learning has ended.

import { checkLearned, comparison, comparisonInputs, comparisonParams } from "./after-learning.ts";
import { defineNode } from "./define-node.ts";

export const compare = defineNode({
  type: "view/compare",
  version: 1,
  title: "Compare",
  help: "Draws the same prompts from the same noise side by side: with no negative, with a handwritten one, and with what was learned, be it an embedding or a LoRA.",
  synonyms: ["Image Comparer", "Compare Images", "Before and After", "X/Y/Z plot"],
  inputs: comparisonInputs,
  outputs: {},
  params: comparisonParams({ prompts: 8, count: 1 }),
  shows: "evaluations",
  compile({ inputs: { learned, prompts }, params, fault }) {
    checkLearned(learned, fault);
    return {
      outputs: {},
      sinks: (args) => comparison({ show: "pictures", learned, prompts, params, fault }, args),
    };
  },
});
