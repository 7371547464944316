// An embedding from a file, as it is.

import { z } from "zod";
import { strength } from "../src-main/common/embedding-strength.ts";
import { defineNode } from "./define-node.ts";

export const loadEmbedding = defineNode({
  type: "embedding/load",
  version: 1,
  title: "Load Embedding",
  help: "A negative embedding that was learned before. Connect it to CFG to draw with it, or to NegEmbedding to learn on from it.",
  synonyms: ["Load Textual Inversion", "load_textual_inversion", "Load Conditioning"],
  inputs: {
    encoder: {
      kind: "text encoder",
      label: "Text encoder",
      help: "That of the pipeline that it is to work with: it lives in the space of its output.",
    },
  },
  outputs: { embedding: { kind: "embedding", label: "Embedding", help: "At this strength." } },
  params: z.object({
    file: z.string().min(1, "no file is chosen").meta({
      label: "File",
      help: "Choose what a run has saved, or another file that holds an embedding.",
      control: "file",
      offers: "embedding",
    }),
    strength: strength.default(1).meta({
      label: "Strength",
      step: 0.05,
      help: "0 is what it was learned from, 1 what was learned, and up to 2 goes on beyond.",
    }),
  }),
  tags({ file }, { spaceOfEmbedding }) {
    const space = spaceOfEmbedding(file);
    return space === undefined ? {} : { space };
  },
  compile({ inputs, params: { file, strength: at }, call }) {
    return { outputs: { embedding: call("load embedding", inputs, { file, ...(at === 1 ? {} : { strength: at }) }) } };
  },
});
