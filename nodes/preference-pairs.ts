// Pairs of images of which people said which is better.

import { defineNode } from "./define-node.ts";
import { examplesOf, examplesParams } from "./examples-params.ts";

export const preferencePairs = defineNode({
  type: "reward/preference-pairs",
  version: 1,
  title: "Preference Pairs",
  help: "Pairs of images of which people said which is better: your own from Rate Images, or tables of HPD, Pick-a-Pic and ImageRewardDB.",
  synonyms: ["Preference Dataset", "Human Feedback", "RLHF", "HPD", "Pick-a-Pic", "ImageRewardDB", "DPO Dataset"],
  inputs: {},
  outputs: {
    pairs: { kind: "pairs", label: "Pairs", help: "What is trained from." },
    heldBack: {
      kind: "pairs",
      label: "Held back",
      help: "Pairs that are not trained from, to tell how well that goes.",
    },
  },
  params: examplesParams("pairs", "pairs.jsonl or pairs.csv", "pairs"),
  compile({ params, call }) {
    const { learned, heldBack } = examplesOf("preference pairs", params, call);
    return { outputs: { pairs: learned, heldBack } };
  },
});
