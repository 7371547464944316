// The embedding to be learned: what stands on the negative side of guidance.

import { z } from "zod";
import { promptWeights } from "../src-main/common/text-reading.ts";
import { defineNode } from "./define-node.ts";
import { startOf } from "./start-of.ts";
import { usualNegatives } from "./usual-negatives.ts";

export const negEmbedding = defineNode({
  type: "embedding/negative",
  version: 1,
  title: "NegEmbedding",
  help: "A negative in the space of the text encoder's output. Connect it to CFG, where it acts, and to an optimizer, which changes it.",
  synonyms: ["Negative Prompt", "Negative Embedding", "CLIP Text Encode (Negative Prompt)", "Conditioning (Negative)"],
  inputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "Whose space it lives in, and which encodes its initial prompt.",
    },
    start: {
      kind: "embedding",
      label: "Start",
      help: "An embedding to begin with; without it, the text.",
      optional: true,
    },
  },
  outputs: {
    embedding: { kind: "embedding", label: "Embedding", help: "As it is at this step of training.", trainable: true },
  },
  params: z.object({
    text: z.string().default("").meta({
      label: "Initial prompt",
      help: "What it begins as: a negative prompt written by hand.",
      empty: "the empty text",
      suggestions: usualNegatives,
      orInput: "start",
    }),
    promptWeights: promptWeights.default("none").meta({
      label: "Weights",
      help: "Syntax of weights in the initial prompt. a1111: (word:1.3), [word]; compel: word++ and (some words)1.3.",
    }),
    embeddings: z.string().default("").meta({
      label: "Embeddings",
      help: "The folder of the files that embedding:NAME in the initial prompt stands for.",
      control: "folder",
      empty: "none",
    }),
  }),
  compile({ node, inputs: { encoder, start }, params: { text, promptWeights, embeddings }, program, call, fault }) {
    const settings = {
      // Two that begin alike are still two.
      id: node,
      start: startOf({ start, text, encoder, program, fault }),
      reading: { promptWeights, ...(embeddings === "" ? {} : { embeddings }) },
    };
    return { outputs: { embedding: call("negative embedding", { encoder }, settings) } };
  },
});
