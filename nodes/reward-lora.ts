// A reward of one's own: a LoRA in the towers of a CLIP.

import { z } from "zod";
import { baseModelParams, beginParams } from "./base-model-params.ts";
import { defineNode } from "./define-node.ts";

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
    score: z.enum(["cosine", "scaled"]).nullable().default(null).meta({
      label: "Score scale",
      help: "cosine: of image and prompt, −1 to 1; scaled: times the factor that the model learned.",
      empty: "as the reward is published",
    }),
    towers: z
      .enum(["image", "image and prompt"])
      .default("image")
      .meta({
        label: "Changes",
        help: "The tower that looks at images, or also the one that reads prompts.",
        choiceLabels: { image: "image tower", "image and prompt": "both towers" },
      }),
    rank: z.int().min(1).max(1024).default(4).meta({
      label: "Rank",
      help: "How much it can hold: 4 for a taste, 32 and more for much. The file grows with it.",
    }),
    alpha: z.number().positive().max(1e6).nullable().default(null).meta({
      label: "Alpha",
      help: "What is learned counts alpha / rank times.",
      empty: "as the rank: once",
    }),
    targets: z
      .string()
      .regex(/\S/, "no layers are named")
      .default("attention")
      .meta({
        label: "Layers",
        help: "What is changed: attention, feed-forward, or patterns of paths with * for anything, with commas between them.",
        suggestions: ["attention", "attention, feed-forward"].map((value) => ({ value, label: value })),
      }),
    ...beginParams,
  }),
  compile: ({ node, params: { start, alpha, score, targets, ...params }, call }) => ({
    outputs: {
      reward: call(
        "reward lora",
        {},
        {
          id: node,
          ...params,
          targets: targets.split(/[\s,]+/).filter((target) => target !== ""),
          ...(alpha === null ? {} : { alpha }),
          ...(score === null ? {} : { score }),
          ...(start === "" ? {} : { start }),
        },
      ),
    },
  }),
});
