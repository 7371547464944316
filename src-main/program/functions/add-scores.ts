// The weighted sum of scores.

import { z } from "zod";
import { defineFunction } from "../function.ts";
import { scoreFacts, shortName } from "./score-facts.ts";
import { checkWeightCount } from "./weights.ts";

export const addScores = defineFunction({
  name: "add scores",
  help: "Adds up scores, each times its weight.",
  inputs: { scores: { kind: "score", many: true } },
  output: "score",
  settings: z.strictObject({ weights: z.array(z.number()).min(1) }),
  infer({ inputs: { scores }, settings: { weights }, fault }) {
    checkWeightCount(scores.length, weights, fault);
    // Weights of one score add up, and may cancel each other.
    const sums = new Map<string, number>();
    for (const [i, { ref }] of scores.entries()) sums.set(ref, (sums.get(ref) ?? 0) + (weights[i] ?? 0));
    if ([...sums.values()].every((sum) => sum === 0)) {
      fault({
        code: "reward-weights",
        setting: "weights",
        message: "the weights of all scores are 0, so that there is nothing to learn from",
        help: "give one a weight other than 0, or connect it as held-out if it shall only be told",
      });
    } else if (weights.includes(0)) {
      fault({
        severity: "warning",
        code: "reward-weights",
        setting: `weights.${weights.indexOf(0)}`,
        message: "one of these scores has the weight 0: it costs time, and changes nothing",
        help: "connect it as held-out to be told of it, or remove it",
      });
    }
    return scoreFacts(scores);
  },
  open({ ref, inputs: { scores }, settings: { weights } }) {
    const terms = scores.map((score, i) => {
      const weight = weights[i];
      if (weight === undefined) throw new Error(`${score.name} has no weight`);
      return { score, weight };
    });
    return {
      ref,
      name: shortName(
        terms.map(({ score, weight }) => (weight === 1 ? score.name : `${weight} · ${score.name}`)).join(" + "),
      ),
      lower(lowering) {
        const { b } = lowering;
        return terms
          .map(({ score, weight }) => b.scale(score.lower(lowering), weight))
          .reduce((sum, term) => b.add(sum, term));
      },
    };
  },
});
