// A reward model: how good a picture is for its prompt.

import { z } from "zod";
import { rewardKindNames, scoreScale } from "../src-main/common/reward-options.ts";
import { defineNode } from "./define-node.ts";

export const reward = defineNode({
  type: "reward/model",
  version: 1,
  title: "Reward",
  computes: "reward",
  help: "Scores images by a model of what people prefer. Each image is scored for the prompt that it was drawn from.",
  synonyms: [
    "Score Image",
    "Aesthetic Score",
    "HPSv2",
    "PickScore",
    "ImageReward",
    "CLIP Score",
    "Preference Model",
    "Loss",
  ],
  inputs: { image: { kind: "image", label: "Image", help: "What is scored." } },
  outputs: { score: { kind: "score", label: "Score", help: "Higher is better." } },
  params: z.object({
    path: z.string().min(1, "no reward is chosen").meta({
      label: "Model",
      help: "A reward's folder or file, or one of those that come with the program.",
      control: "folder",
      offers: "reward",
    }),
    kind: z
      .string()
      .default("")
      .meta({
        label: "Kind",
        help: "Only where the files leave it open, as those of PickScore do under another name.",
        empty: "auto-detect",
        suggestions: [...rewardKindNames],
      }),
    scale: scoreScale.nullable().default(null).meta({
      label: "Score scale",
      help: "cosine: of image and prompt, −1 to 1; scaled: times the factor that the model learned.",
      empty: "as the reward is published",
    }),
    antialias: z.boolean().default(true).meta({
      label: "Antialias",
      help: "Whether every pixel counts when the image is made smaller for the reward.",
    }),
    base: z.string().default("").meta({
      label: "Base model",
      help: "Of a trained head or LoRA: the model that it was trained on.",
      control: "folder",
      offers: "reward",
      empty: "as it names, beside it",
    }),
  }),
  compile({ inputs, params: { path, kind, scale, antialias, base }, call }) {
    const options = {
      ...(kind === "" ? {} : { kind }),
      ...(scale === null ? {} : { score: scale }),
      ...(antialias ? {} : { antialias }),
      ...(base === "" ? {} : { base }),
    };
    return { outputs: { score: call("score", inputs, { path, ...options }, { params: { score: "scale" } }) } };
  },
});
