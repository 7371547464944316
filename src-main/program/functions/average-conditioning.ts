// The mean of conditionings, by weights relative to their sum.

import { z } from "zod";
import { defineFunction } from "../function.ts";
import { mixedFacts } from "./embedding-spaces.ts";
import { mixConditionings } from "./mixed-conditioning.ts";
import { checkWeightCount } from "./weights.ts";

export const averageConditioning = defineFunction({
  name: "average conditioning",
  help: "The mean of several conditionings, each by its weight relative to all.",
  inputs: { conditionings: { kind: "conditioning", many: true } },
  output: "conditioning",
  settings: z.strictObject({ weights: z.array(z.number()).min(1) }),
  infer({ inputs: { conditionings }, settings: { weights }, fault }) {
    checkWeightCount(conditionings.length, weights, fault);
    if (Math.abs(sumOf(weights)) < 1e-6) {
      fault({
        code: "conditioning-weights",
        setting: "weights",
        message: "the weights of all conditionings add up to 0, so that they have no mean",
        help: "give one more weight than the others take away",
      });
    }
    return mixedFacts(
      conditionings.map((value) => ({ input: "conditionings", value })),
      fault,
    );
  },
  open({ inputs: { conditionings }, settings: { weights } }) {
    const total = sumOf(weights);
    return mixConditionings(
      conditionings.map((conditioning, i) => {
        const weight = weights[i];
        if (weight === undefined) throw new Error("a conditioning has no weight");
        return { input: "conditionings", conditioning, weight: weight / total };
      }),
    );
  },
});

function sumOf(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
