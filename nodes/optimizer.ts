// Learns up to four parameters together, by one objective.

import { z } from "zod";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import type { Port } from "../src-main/common/workflow-node-type.ts";
import { defineNode } from "./define-node.ts";
import { earlyStopping, heldOutPromptsPort } from "./early-stopping.ts";
import { optimizerParams } from "./optimizer-params.ts";
import { heldOutPort, learned, objectivePort, updateOf } from "./update-of.ts";

const parameter = {
  kind: "parameter",
  help: "What is changed: a NegEmbedding, Token Embedding, LoRA, Text Encoder LoRA, Fine-tune Text Encoder, Reward Head or Reward LoRA that the objective depends on.",
  apart: true,
} as const satisfies Omit<Port, "label">;
const rate = (which: string) =>
  z
    .number()
    .positive()
    .max(1e6)
    .default(1)
    .meta({
      label: `${which} rate ×`,
      step: 0.1,
      help: "What the learning rate is multiplied by for this parameter: a LoRA usually wants less than an embedding, and the weights of a text encoder far less.",
    });
const weightDecay = (which: string) =>
  optimizerParams.shape.weightDecay
    .unwrap()
    .nullable()
    .default(null)
    .meta({
      label: `${which} weight decay`,
      step: 0.01,
      help: "How much a step pulls this parameter towards zero. The weights of a text encoder are best not pulled.",
      empty: "as Weight decay says",
    });
const result = { kind: "parameter", help: "What was learned of the parameter of the same name." } as const;

export const optimizer = defineNode({
  type: "learning/optimizer",
  version: 1,
  title: "Optimizer",
  computes: "optimizer",
  help: "Changes embeddings, LoRA and text encoders together, step after step, so that one objective rises: those of one model, of two, or of two samplers.",
  synonyms: ["Joint Training", "Several Parameters", "Parameter Group", "Multi-Parameter Trainer", "LoRA Training"],
  inputs: {
    objective: objectivePort,
    first: { ...parameter, label: "First parameter" },
    second: { ...parameter, label: "Second parameter", optional: true },
    third: { ...parameter, label: "Third parameter", optional: true },
    fourth: { ...parameter, label: "Fourth parameter", optional: true },
    watched: heldOutPort,
    heldOutPrompts: heldOutPromptsPort,
  },
  outputs: {
    first: { ...result, label: "Learned first" },
    second: { ...result, label: "Learned second" },
    third: { ...result, label: "Learned third" },
    fourth: { ...result, label: "Learned fourth" },
  },
  params: optimizerParams.extend({
    firstRate: rate("First"),
    secondRate: rate("Second"),
    thirdRate: rate("Third"),
    fourthRate: rate("Fourth"),
    firstWeightDecay: weightDecay("First"),
    secondWeightDecay: weightDecay("Second"),
    thirdWeightDecay: weightDecay("Third"),
    fourthWeightDecay: weightDecay("Fourth"),
  }),
  learns: true,
  compile({ node, inputs: { objective, watched: heldOut, heldOutPrompts, ...given }, params, program, fault }) {
    const parameters = Object.fromEntries(
      Object.entries(given).flatMap(([port, value]) => (value === undefined ? [] : [[port, value]])),
    );
    const { firstRate, secondRate, thirdRate, fourthRate, ...withDecays } = params;
    const rates = { first: firstRate, second: secondRate, third: thirdRate, fourth: fourthRate };
    const { firstWeightDecay, secondWeightDecay, thirdWeightDecay, fourthWeightDecay, ...all } = withDecays;
    const weightDecays = {
      first: firstWeightDecay,
      second: secondWeightDecay,
      third: thirdWeightDecay,
      fourth: fourthWeightDecay,
    };
    const update = updateOf({ objective, parameters, rates, weightDecays, heldOut, params: all, program, fault });
    const sinks = earlyStopping({ node, heldOut, prompts: heldOutPrompts, params: all, fault });
    const of = (port: string): TypedRef | undefined => {
      const value = parameters[port];
      return value && learned(node, value);
    };
    return {
      outputs: { first: of("first"), second: of("second"), third: of("third"), fourth: of("fourth") },
      update,
      ...(sinks && { sinks }),
    };
  },
});
