// Vectors in the place of words that are learned (textual inversion, Gal et al. 2022, arXiv:2208.01618), as a negative.

import { z } from "zod";
import { promptWeights } from "../src-main/common/text-reading.ts";
import { defineNode } from "./define-node.ts";
import { startOf } from "./start-of.ts";
import { usualNegatives } from "./usual-negatives.ts";

export const tokenEmbedding = defineNode({
  type: "embedding/token",
  version: 1,
  title: "Token Embedding",
  help: "A negative of a few learned words, which go through the text encoder: a textual inversion, which nearly every program reads. Connect it to CFG, where it acts, and to an optimizer, which changes it.",
  synonyms: ["Textual Inversion", "Train Textual Inversion", "Embedding", "EasyNegative", "Learned Words", "New Token"],
  inputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "Whose words the vectors stand beside. It stays as it is, and is trained through.",
    },
    start: {
      kind: "embedding",
      label: "Start",
      help: "A textual inversion with as many vectors to begin with; without it, the initial prompt.",
      optional: true,
    },
  },
  outputs: {
    embedding: { kind: "embedding", label: "Embedding", help: "As it is at this step of training.", trainable: true },
  },
  params: z.object({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][\w.-]{0,63}$/,
        "a name is made of letters, digits, - . and _, and begins with a letter or a digit",
      )
      .default("negative")
      .meta({ label: "Name", help: "Of the word that stands for the vectors: embedding:NAME." }),
    count: z.int().min(1).max(75).default(4).meta({
      label: "Vectors",
      help: "How many words they take the place of; a text has room for 75.",
    }),
    text: z.string().default("").meta({
      label: "Initial prompt",
      help: "Words whose vectors they begin as, spread over all of them.",
      empty: "the empty text",
      suggestions: usualNegatives,
      orInput: "start",
    }),
    around: z.string().default("").meta({
      label: "Whole text",
      help: "A negative prompt with embedding:NAME where the vectors stand.",
      empty: "the vectors alone",
    }),
    promptWeights: promptWeights.default("none").meta({
      label: "Weights",
      help: "Syntax of weights in the whole text. Compel's cannot be trained through.",
    }),
    embeddings: z.string().default("").meta({
      label: "Embeddings",
      help: "The folder of the files that other embedding:NAME in the whole text stand for.",
      control: "folder",
      empty: "none",
    }),
    naming: z
      .enum(["diffusers", "a1111", "a1111-pt"])
      .default("diffusers")
      .meta({
        label: "File format",
        help: "What the file is and how it calls its tensor. All usual programs read each.",
        choiceLabels: {
          diffusers: "diffusers",
          a1111: "AUTOMATIC1111",
          "a1111-pt": "AUTOMATIC1111, PyTorch file (.pt)",
        },
      }),
  }),
  compile({ node, inputs: { encoder, start }, params, program, call, fault }) {
    const { name, count, text, around, promptWeights, embeddings, naming } = params;
    const settings = {
      // Two that begin alike are still two.
      id: node,
      name,
      count,
      naming,
      start: startOf({ start, text, encoder, program, fault }),
      reading: { promptWeights, ...(embeddings === "" ? {} : { embeddings }) },
      ...(around === "" ? {} : { text: around }),
    };
    const embedding = call("token embedding", { encoder }, settings, {
      params: { text: "around", "reading.promptWeights": "promptWeights" },
    });
    return { outputs: { embedding } };
  },
});
