// The per-sample variant of ReNeg (Li et al. 2024, arXiv:2412.19637, "per-sample negative embedding").

import { z } from "zod";
import { seed } from "../src-main/common/limits.ts";
import { checkLearned } from "./after-learning.ts";
import { defineNode } from "./define-node.ts";
import { callFirst } from "./first-of.ts";

export const perSample = defineNode({
  type: "learning/per-sample",
  version: 1,
  title: "Per-Sample",
  help: "Goes on from what was learned to an embedding or a LoRA for each single prompt, when training has ended. Each is saved, and shown beside the common one.",
  synonyms: ["Test-Time Optimization", "One Embedding per Prompt"],
  inputs: {
    learned: {
      kind: "parameter",
      label: "Learned",
      help: "What an optimizer has learned: it goes on, with everything that it trains.",
    },
    prompts: { kind: "prompts", label: "Prompts", help: "Each of them gets one of its own." },
  },
  outputs: {},
  params: z.object({
    first: z.int().positive().max(10_000).nullable().default(4).meta({
      label: "Prompts used",
      help: "How many of the prompts get one, from the first on.",
      empty: "all",
    }),
    count: z.int().min(1).max(16).default(2).meta({
      label: "Images each",
      help: "Images that each is learned for. They go through the networks together.",
    }),
    steps: z.int().min(1).max(1000).default(10).meta({
      label: "Most steps",
      help: "How often it is changed at most.",
    }),
    patience: z.int().min(1).max(1000).default(3).meta({
      label: "Patience",
      unit: "steps",
      help: "So many steps without a better image end it. The best is kept.",
    }),
    seed: seed.default(0).meta({
      label: "Seed",
      help: "Image i of a prompt starts from seed + i.",
      control: "seed",
    }),
  }),
  shows: "per-sample",
  compile({ inputs: { learned, prompts }, params: { first, ...params }, fault }) {
    checkLearned([learned], fault);
    return {
      outputs: {},
      sinks: (args) => [
        {
          kind: "per-sample",
          update: learned.facts.update ?? "",
          prompts: callFirst(args, prompts, first).ref,
          ...params,
        },
      ],
    };
  },
});
