// A score that saturates: h · tanh(s / h), between −h and h.

import { z } from "zod";
import { defineFunction } from "../function.ts";

export const softLimit = defineFunction({
  name: "soft limit",
  help: "Lets a score count the less the greater it is.",
  inputs: { score: { kind: "score" } },
  output: "score",
  settings: z.strictObject({ height: z.number().min(0).max(1000) }),
  infer({ inputs: { score }, settings: { height }, fault }) {
    if (height === 0) {
      fault({
        code: "limit-zero",
        setting: "height",
        message: "a score between −0 and 0 leaves nothing to learn from",
        help: "choose a height above the scores that are usual",
      });
    }
    return score.facts;
  },
  open: ({ ref, inputs: { score }, settings: { height } }) => ({
    ref,
    name: `${score.name}, limited`,
    lower(lowering) {
      const { b } = lowering;
      return b.scale(b.op("Tanh", [b.scale(score.lower(lowering), 1 / height)], {}), height);
    },
  }),
});
