// Least squares: the reward that says of each image what people said.

import { z } from "zod";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import { defineNode } from "./define-node.ts";

export const ratingLoss = defineNode({
  type: "reward/rating-loss",
  version: 1,
  title: "Rating Loss",
  help: "How far a reward is from what people said of single images, squared: maximized below 0 by an Optimizer, it makes the reward say the same.",
  synonyms: ["MSE", "Mean Squared Error", "Regression", "Aesthetic Predictor", "Train Reward"],
  inputs: {
    reward: { kind: "reward", label: "Reward", help: "A Reward Head or a Reward LoRA." },
    images: { kind: "rated images", label: "Images", help: "What is trained from." },
    heldBack: {
      kind: "rated images",
      label: "Held back",
      help: "Images that are not trained from; how far the reward is from them is told. Where none are held back, nothing is.",
      optional: true,
    },
  },
  outputs: {
    objective: {
      kind: "score",
      label: "Error, below 0",
      help: "The squared error as a negative number, for Objective of Optimizer.",
    },
    heldBack: { kind: "score", label: "Held-back error", help: "The same of what is held back, for Held-out." },
  },
  params: z.object({}),
  compile({ inputs: { reward, images, heldBack }, call }) {
    const errorOf = (rated: TypedRef, port: string, as: string): TypedRef => {
      const prefix = as === "" ? "" : `${as}.`;
      const ports = { images: port };
      const image = call("rated image", { images: rated, reward }, {}, { as: `${prefix}image`, ports });
      const score = call("score by reward", { image, reward }, {}, { as: `${prefix}score` });
      return call("rating loss", { images: rated, score }, {}, as === "" ? { ports } : { as, ports });
    };
    return {
      outputs: {
        objective: errorOf(images, "images", ""),
        heldBack: heldBack && errorOf(heldBack, "heldBack", "heldBack"),
      },
    };
  },
});
