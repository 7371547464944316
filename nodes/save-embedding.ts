// Where a run keeps what it learns.

import { z } from "zod";
import { stepCount } from "../src-main/common/limits.ts";
import { isDeviceName } from "../src-main/common/path-name.ts";
import { defineNode } from "./define-node.ts";

export const saveEmbedding = defineNode({
  type: "embedding/save",
  version: 1,
  title: "Save Embedding",
  help: "Names the file that receives what was learned, an embedding, a LoRA or a text encoder, and says how often a run keeps what it could go on from. Without it, a run saves negative.safetensors.",
  synonyms: ["Save Textual Inversion", "Save Conditioning", "Export Embedding", "Checkpoints", "Save LoRA", "LoraSave"],
  inputs: {
    embedding: {
      kind: "parameter",
      label: "Embedding",
      help: "What an optimizer has learned: an embedding, a LoRA or a text encoder.",
    },
  },
  outputs: {},
  leaves: "embedding",
  params: z.object({
    name: z
      .string()
      .regex(/^\w[\w .-]{0,99}$/, "a name is made of letters, digits, spaces, - . and _")
      .refine((name) => !isDeviceName(name), "Windows takes this name for a device")
      .default("negative")
      .meta({
        label: "Name",
        help: "Of the file in the run's folder; .safetensors, or the ending of its format, is added.",
      }),
    every: stepCount.default(20).meta({
      label: "Keep every",
      unit: "steps",
      help: "Steps between checkpoints, from which a run can go on after a crash.",
    }),
    keep: stepCount.default(3).meta({
      label: "Checkpoints kept",
      help: "The newest so many; older ones are removed.",
    }),
  }),
  compile({ inputs: { embedding }, params: { name, every, keep }, fault }) {
    if (embedding.facts.state !== "learned") {
      fault({
        code: "embedding-unlearned",
        port: "embedding",
        message: `this ${embedding.kind} does not come from an optimizer, so there is nothing new to save`,
        help: "connect what NegEmbedding-Optimizer or Optimizer puts out",
      });
    }
    return {
      outputs: {},
      sinks: () => [
        { kind: "save", parameter: embedding.ref, file: `${name}${embedding.facts.fileEnding ?? ".safetensors"}` },
        { kind: "checkpoints", every, keep },
      ],
    };
  },
});
