// Bradley and Terry's model of preferences: the reward that makes most likely what people preferred.

import { z } from "zod";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import { type Caller, defineNode } from "./define-node.ts";

export const preferenceLoss = defineNode({
  type: "reward/preference-loss",
  version: 1,
  title: "Preference Loss",
  help: "How likely the preferences of people are by a reward (Bradley–Terry): maximized by an Optimizer, it makes the reward prefer what they do.",
  synonyms: ["Bradley-Terry", "Reward Modelling", "Pairwise Loss", "Ranking Loss", "Train Reward"],
  inputs: {
    reward: { kind: "reward", label: "Reward", help: "A Reward Head or a Reward LoRA." },
    pairs: { kind: "pairs", label: "Pairs", help: "What is trained from." },
    heldBack: {
      kind: "pairs",
      label: "Held back",
      help: "Pairs that are not trained from; how many of them are ordered right is told. Where none are held back, nothing is.",
      optional: true,
    },
  },
  outputs: {
    objective: {
      kind: "score",
      label: "Log-likelihood",
      help: "Of what people preferred, for Objective of Optimizer.",
    },
    heldBack: {
      kind: "score",
      label: "Held-back accuracy",
      help: "1 for each pair that is ordered right, for Held-out of Optimizer.",
    },
  },
  params: z.object({
    scale: z.number().positive().max(1e4).nullable().default(null).meta({
      label: "Scale",
      help: "What the difference of two scores is multiplied by: the greater, the smaller a difference decides.",
      empty: "as the model learned",
    }),
  }),
  compile({ inputs: { reward, pairs, heldBack }, params: { scale }, call }) {
    const of = scoresOf(reward, call);
    const learned = of(pairs, "pairs", "");
    const held = heldBack && of(heldBack, "heldBack", "heldBack.");
    const ports = { pairs: "heldBack" };
    return {
      outputs: {
        objective: call("preference loss", { pairs, ...learned }, scale === null ? {} : { scale }),
        heldBack:
          heldBack && held && call("preference accuracy", { pairs: heldBack, ...held }, {}, { as: "heldBack", ports }),
      },
    };
  },
});

/** The scores of both images of each pair. */
function scoresOf(reward: TypedRef, call: Caller["call"]) {
  return (pairs: TypedRef, port: string, prefix: string) => {
    const scoreOf = (which: "better" | "worse"): TypedRef => {
      const ports = { pairs: port };
      const image = call("pair image", { pairs, reward }, { which }, { as: `${prefix}${which}Image`, ports });
      return call("score by reward", { image, reward }, {}, { as: `${prefix}${which}` });
    };
    return { better: scoreOf("better"), worse: scoreOf("worse") };
  };
}
