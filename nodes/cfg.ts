// Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598): ε̃ = ε(x, n) + γ · (ε(x, c) − ε(x, n)).

import { z } from "zod";
import type { TypedRef } from "../src-main/common/program/value-type.ts";
import { defineNode } from "./define-node.ts";

export const cfg = defineNode({
  type: "sampling/cfg",
  version: 1,
  title: "CFG",
  help: "Steers towards the prompt and away from the negative. Training reaches the negative through this node alone.",
  synonyms: ["CFGGuider", "CFG Guider", "Classifier-Free Guidance", "Guidance Scale", "BasicGuider"],
  inputs: {
    model: { kind: "model", label: "Model", help: "What predicts the noise." },
    positive: { kind: "conditioning", label: "Positive", help: "What to draw." },
    negative: {
      kind: "conditioning",
      label: "Negative",
      help: "What to steer away from; without it, the empty text.",
      optional: true,
    },
  },
  outputs: { guided: { kind: "prediction", label: "Guided noise", help: "The noise prediction with guidance." } },
  params: z.object({
    scale: z.number().min(1).max(100).default(7.5).meta({
      label: "Guidance scale",
      step: 0.5,
      help: "γ: how strongly to steer. At 1 the negative has no effect, and nothing can be learned.",
    }),
  }),
  compile({ inputs: { model, positive, negative }, params, program, call, fault }) {
    const predict = (conditioning: TypedRef, as: string) =>
      call("predict", { model, conditioning }, {}, { as, ports: { conditioning: as } });
    const emptyText = (): TypedRef => {
      const { encoder } = positive.facts;
      if (encoder !== undefined)
        return call("encode text", { encoder: program.typed(encoder) }, { text: "" }, { as: "null" });
      fault({
        code: "negative-missing",
        port: "negative",
        message: "it is not known which text encoder encodes the empty text",
        help: "connect a NegEmbedding, or an Encoder with what to steer away from",
      });
      return positive;
    };
    const predictions = {
      positive: predict(positive, "positive"),
      negative: predict(negative ?? emptyText(), "negative"),
    };
    return { outputs: { guided: call("guide", predictions, params) } };
  },
});
