// Learns a negative embedding by reward gradient through classifier-free guidance (ReNeg: Li et al. 2024, arXiv:2412.19637).

import { defineNode } from "./define-node.ts";
import { earlyStopping, heldOutPromptsPort } from "./early-stopping.ts";
import { optimizerParams } from "./optimizer-params.ts";
import { heldOutPort, learned, objectivePort, updateOf } from "./update-of.ts";

export const negEmbeddingOptimizer = defineNode({
  type: "learning/neg-embedding-optimizer",
  version: 1,
  title: "NegEmbedding-Optimizer",
  computes: "optimizer",
  help: "Draws images, asks the objective which change of the negative would raise it, and makes that change, step after step.",
  synonyms: ["Trainer", "Train", "Fine-tune", "AdamW", "Learning Rate"],
  inputs: {
    objective: objectivePort,
    parameter: {
      kind: "embedding",
      label: "Parameter",
      help: "What is changed: a NegEmbedding that the objective depends on.",
    },
    watched: heldOutPort,
    heldOutPrompts: heldOutPromptsPort,
  },
  outputs: { embedding: { kind: "embedding", label: "Learned", help: "What was learned." } },
  params: optimizerParams,
  learns: true,
  compile({ node, inputs: { objective, parameter, watched, heldOutPrompts }, params, program, fault }) {
    const update = updateOf({ objective, parameters: { parameter }, heldOut: watched, params, program, fault });
    const sinks = earlyStopping({ node, heldOut: watched, prompts: heldOutPrompts, params, fault });
    return { outputs: { embedding: learned(node, parameter) }, update, ...(sinks && { sinks }) };
  },
});
