// What was learned, and what it is worth: rewards, win rates and intervals, when learning has ended.

import { checkLearned, comparison, comparisonInputs, comparisonParams, updateBehind } from "./after-learning.ts";
import { defineNode } from "./define-node.ts";

export const evaluate = defineNode({
  type: "evaluation/evaluate",
  version: 1,
  title: "Evaluate",
  help: "Scores images of many prompts with no negative, with a handwritten one, and with what was learned, by the objective and by the held-out rewards.",
  synonyms: ["Validation", "Benchmark", "Test Set", "Statistics"],
  inputs: comparisonInputs,
  outputs: {},
  params: comparisonParams({ prompts: 32, count: 2 }),
  shows: "evaluations",
  compile({ inputs: { learned, prompts }, params, fault }) {
    checkLearned(learned, fault);
    return {
      outputs: {},
      sinks(args) {
        if (updateBehind(learned, args).heldOut.length === 0) {
          fault({
            code: "evaluation-judge",
            port: "learned",
            message: "the only reward to compare by is the one that was trained against, which proves nothing",
            help: "connect another Reward to Held-out of the optimizer",
          });
        }
        return comparison({ show: "scores", learned, prompts, params, fault }, args);
      },
    };
  },
});
