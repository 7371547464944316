// A reward of one's own: a LoRA in the towers of a CLIP.

import { z } from "zod";
import { loraTowers, scoreScale } from "../src-main/common/reward-options.ts";
import { baseModelParams, beginParams } from "./base-model-params.ts";
import { defineNode } from "./define-node.ts";
import { loraSettings, loraSizeParams } from "./lora-params.ts";

export const rewardLora = defineNode({
  type: "reward/lora",
  version: 1,
  title: "Reward LoRA",
  computes: "reward",
  help: "A reward of your own: a CLIP, HPSv2 or PickScore with small matrices beside its weights that are trained.",
  synonyms: ["Fine-tune Reward", "Train Reward", "Reward Model Trainer", "Fine-tune CLIP", "Preference Model"],
  inputs: {},
  outputs: {
    reward: { kind: "reward", label: "Reward", help: "As it is at this step of training.", trainable: true },
  },
  params: z.object({
    ...baseModelParams,
    score: scoreScale.nullable().default(null).meta({
      label: "Score scale",
      help: "cosine: of image and prompt, −1 to 1; scaled: times the factor that the model learned.",
      empty: "as the reward is published",
    }),
    towers: loraTowers.default("image").meta({
      label: "Changes",
      help: "The tower that looks at images, or also the one that reads prompts.",
      choiceLabels: { image: "image tower", "image and prompt": "both towers" },
    }),
    ...loraSizeParams(["feed-forward"]),
    ...beginParams,
  }),
  compile: ({ node, params: { score, ...params }, call }) => ({
    outputs: {
      reward: call("reward lora", {}, { ...loraSettings(node, params), ...(score === null ? {} : { score }) }),
    },
  }),
});
