// The weighted sum of scores.

import { z } from "zod";
import { defineFunction } from "../function.ts";

export const addScores = defineFunction({
  name: "add scores",
  help: "Adds up scores, each times its weight.",
  inputs: { scores: { kind: "score", many: true } },
  output: "score",
  settings: z.strictObject({ weights: z.array(z.number()).min(1) }),
  infer: ({ inputs: { scores } }) => ({
    images: [...new Set(scores.flatMap(({ facts }) => facts.images ?? []))],
    ...(scores[0]?.facts.prompts === undefined ? {} : { prompts: scores[0].facts.prompts }),
  }),
  open: ({ ref, inputs: { scores }, settings: { weights } }) => ({
    ref,
    name: scores.map(({ name }, i) => `${weights[i] ?? 1} · ${name}`).join(" + "),
    lower: (lowering) =>
      lowering.once(`score ${ref}`, () => {
        const { b } = lowering;
        const terms = scores.map((score, i) => b.scale(score.lower(lowering), weights[i] ?? 1));
        return terms.reduce((sum, term) => b.add(sum, term));
      }),
  }),
});
