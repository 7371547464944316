// What is learned from what people said: that the image which they prefer scores higher, or that a score is what they said.

import { z } from "zod";
import type { TypedRef, ValueFacts } from "../../common/program/value-type.ts";
import { floatTensor } from "../../common/tensor.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedExamples, OpenedScore } from "../values.ts";

/** What a score says of how two images compare; absent: as the reward's own certainty has it. */
const scale = z.number().positive().max(1e4).exactOptional();

const ofPairs = {
  pairs: { kind: "pairs" },
  better: { kind: "score" },
  worse: { kind: "score" },
} as const;

/**
 * Bradley and Terry 1952: the better of two is preferred with the probability σ(d), d = scale · (s₁ − s₂). Of a tie both ways count half.
 */
export const preferenceLoss = defineFunction({
  name: "preference loss",
  help: "How likely what people preferred is by two scores, as a logarithm: 0 is certain.",
  inputs: ofPairs,
  output: "score",
  settings: z.strictObject({ scale }),
  infer: ({ inputs: { pairs } }) => factsOf(pairs),
  open: ({ ref, inputs: { pairs, better, worse }, settings }) => ({
    ref,
    name: "log-likelihood of preferences",
    lower(lowering) {
      const { b } = lowering;
      const d = logits(lowering, better, worse, settings.scale);
      // t · log σ(d) + (1 − t) · log σ(−d), and log σ(−d) = log σ(d) − d
      const missed = b.sub(b.scalar(1), said(lowering, pairs));
      return b.sub(logSigmoid(b, d), b.mul(missed, d));
    },
  }),
});

export const preferenceAccuracy = defineFunction({
  name: "preference accuracy",
  help: "1 where the image that people preferred scores higher, 0 where it does not, and a half where both score the same.",
  inputs: ofPairs,
  output: "score",
  settings: z.strictObject({}),
  infer: ({ inputs: { pairs } }) => factsOf(pairs),
  open: ({ ref, inputs: { better, worse } }) => ({
    ref,
    name: "held-back accuracy",
    isShare: true,
    lower(lowering) {
      const { b } = lowering;
      const d = b.sub(better.lower(lowering), worse.lower(lowering));
      const isRight = b.op("Greater", [d, b.scalar(0)], {});
      const isEqual = b.op("Equal", [d, b.scalar(0)], {});
      return b.add(b.cast(isRight, "float32"), b.scale(b.cast(isEqual, "float32"), 0.5));
    },
  }),
});

export const ratingLoss = defineFunction({
  name: "rating loss",
  help: "How far a score is from what people said, squared and below 0.",
  inputs: { images: { kind: "rated images" }, score: { kind: "score" } },
  output: "score",
  settings: z.strictObject({}),
  infer: ({ inputs: { images } }) => factsOf(images),
  open: ({ ref, inputs: { images, score } }) => ({
    ref,
    name: "squared error of ratings, below 0",
    lower(lowering) {
      const { b } = lowering;
      const error = b.sub(score.lower(lowering), said(lowering, images));
      return b.neg(b.mul(error, error));
    },
  }),
});

/** Of a score of examples, which looks at no image that is drawn. */
function factsOf({ facts: { isEmpty } }: TypedRef): ValueFacts {
  return { images: [], ...(isEmpty === undefined ? {} : { isEmpty }) };
}

function logits(lowering: Lowering, better: OpenedScore, worse: OpenedScore, asked: number | undefined): Value {
  const { b } = lowering;
  return b.scale(b.sub(better.lower(lowering), worse.lower(lowering)), asked ?? better.contrast ?? 1);
}

/** min(d, 0) − log(1 + e^−|d|): no exponential is too large. */
function logSigmoid(b: GraphBuilder, d: Value): Value {
  const tail = b.op("Log", [b.add(b.exp(b.neg(b.op("Abs", [d], {}))), b.scalar(1))], {});
  return b.sub(b.op("Min", [d, b.scalar(0)], {}), tail);
}

/** [batch] */
function said(lowering: Lowering, examples: OpenedExamples): Value {
  return lowering.input(`said ${examples.ref}`, [lowering.batch], {
    rate: "example",
    examples: examples.ref,
    key: `said ${examples.ref}`,
    of: async (place) => floatTensor([1], [examples.said(place)]),
  });
}
