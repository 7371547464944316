// A function of scores: what bounds one, or makes one of several.

import { z } from "zod";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { defineFunction } from "../function.ts";
import { scoreFacts, shortName } from "./score-facts.ts";

const bound = z.number().min(-1e6).max(1e6);

const scoreFunctionChoice = z.discriminatedUnion("kind", [
  /** min(max(s, low), high): beyond, nothing is gained. */
  z.strictObject({ kind: z.literal("clip"), low: bound.exactOptional(), high: bound.exactOptional() }),
  /** factor · s + offset */
  z.strictObject({ kind: z.literal("scale"), factor: bound.default(1), offset: bound.default(0) }),
  z.strictObject({ kind: z.literal("min") }),
  z.strictObject({ kind: z.literal("max") }),
  /** −τ · log mean exp(−s/τ): towards 0 the least of them, for large τ their mean. */
  z.strictObject({ kind: z.literal("softmin"), temperature: z.number().positive().max(1e6).default(0.1) }),
]);
export type ScoreFunctionChoice = z.output<typeof scoreFunctionChoice>;

export const scoreFunction = defineFunction({
  name: "score function",
  help: "Bounds or scales a score, or takes the least or the greatest of several.",
  inputs: { scores: { kind: "score", many: true } },
  output: "score",
  settings: z.strictObject({ function: scoreFunctionChoice }),
  infer({ inputs: { scores }, settings: { function: choice }, fault }) {
    if (scores.length > 1 && (choice.kind === "clip" || choice.kind === "scale")) {
      fault({
        code: "score-count",
        input: "scores",
        message: `${choice.kind} is of one score, but there are ${scores.length}`,
        help: "add them up first, or choose min, max or softmin",
      });
    }
    if (choice.kind === "clip" && (choice.low ?? -Infinity) >= (choice.high ?? Infinity)) {
      fault({
        code: "score-bounds",
        setting: "function.low",
        message: `between ${choice.low} and ${choice.high} there is nothing`,
        help: "make the lower bound less than the upper one",
      });
    }
    if (choice.kind === "scale" && choice.factor === 0) {
      fault({
        code: "score-factor",
        setting: "function.factor",
        message: "a score times 0 leaves nothing to learn from",
        help: "choose another factor, or mute the node",
      });
    }
    return scoreFacts(scores);
  },
  open: ({ ref, inputs: { scores }, settings: { function: choice } }) => ({
    ref,
    name: shortName(`${choice.kind} of ${scores.map(({ name }) => name).join(", ")}`),
    lower(lowering) {
      const [first, ...others] = scores.map((score) => score.lower(lowering));
      if (first === undefined) throw new Error("a function of scores needs one");
      return compute(lowering.b, choice, first, others);
    },
  }),
});

/** [batch] each → [batch] */
function compute(b: GraphBuilder, choice: ScoreFunctionChoice, first: Value, others: readonly Value[]): Value {
  const least = (x: Value, y: Value) => b.op("Min", [x, y], {});
  const greatest = (x: Value, y: Value) => b.op("Max", [x, y], {});
  switch (choice.kind) {
    case "clip": {
      const risen = choice.low === undefined ? first : greatest(first, b.scalar(choice.low));
      return choice.high === undefined ? risen : least(risen, b.scalar(choice.high));
    }
    case "scale":
      return b.add(b.scale(first, choice.factor), b.scalar(choice.offset));
    case "min":
      return others.reduce(least, first);
    case "max":
      return others.reduce(greatest, first);
    case "softmin":
      return softmin(b, [first, ...others], choice.temperature);
  }
}

/** Counted from the least of them, so that no exponential is too large. */
function softmin(b: GraphBuilder, scores: readonly Value[], temperature: number): Value {
  const floor = scores.reduce((x, y) => b.op("Min", [x, y], {}));
  const terms = scores.map((score) => b.exp(b.scale(b.sub(floor, score), 1 / temperature)));
  const mean = b.scale(
    terms.reduce((sum, term) => b.add(sum, term)),
    1 / scores.length,
  );
  return b.sub(floor, b.scale(b.op("Log", [mean], {}), temperature));
}
