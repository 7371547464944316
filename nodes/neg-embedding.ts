// The embedding to be learned: what stands on the negative side of guidance.

import { z } from "zod";
import { type Call, callOf } from "../src-main/common/program/program.ts";
import { type Negative, negative } from "../src-main/common/sampling.ts";
import { promptWeights } from "../src-main/common/text-reading.ts";
import { defineNode } from "./define-node.ts";
import { usualNegatives } from "./usual-negatives.ts";

export const negEmbedding = defineNode({
  type: "embedding/negative",
  version: 1,
  title: "NegEmbedding",
  help: "A negative in the space of the text encoder's output. Connect it to CFG, where it acts, and to an optimizer, which changes it.",
  synonyms: [
    "Negative Prompt",
    "Negative Embedding",
    "Textual Inversion",
    "CLIP Text Encode (Negative Prompt)",
    "Conditioning (Negative)",
  ],
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
  outputs: { embedding: { kind: "embedding", label: "Embedding", help: "As it is at this step of training." } },
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
    if (start !== undefined && text !== "") {
      fault({
        code: "start-twice",
        param: "text",
        message: `the embedding cannot begin both as "${text}" and as the one that is connected`,
        help: "remove the text, or the wire to start",
      });
    }
    if (start !== undefined && start.facts.state !== "fixed") {
      fault({
        code: "start-learned",
        port: "start",
        message: "an embedding cannot begin as one that is learned in the same run",
        help: "save what is learned first, and load it by Load Embedding",
      });
    }
    if (start !== undefined && start.facts.encoder !== encoder.ref) {
      fault({
        code: "start-encoder",
        port: "start",
        message: "the embedding to begin with is loaded for another text encoder",
        help: "connect the same text encoder to both",
      });
    }
    const written: Negative = text === "" ? { kind: "none" } : { kind: "text", text };
    const settings = {
      // Two that begin alike are still two.
      id: node,
      start: start?.facts.state === "fixed" ? loadedBy(callOf(program, start.ref)) : written,
      reading: { promptWeights, ...(embeddings === "" ? {} : { embeddings }) },
    };
    return { outputs: { embedding: call("negative embedding", { encoder }, settings) } };
  },
});

/** A fixed embedding is one that a file holds. */
function loadedBy({ settings }: Call): Negative {
  return negative.parse({ kind: "embedding", file: settings["file"] });
}
