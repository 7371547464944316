// Conditionings one after another: a model that reads them attends to all of their tokens.

import { z } from "zod";
import type { Value } from "../../compiler/graph.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import { mixedFacts } from "./embedding-spaces.ts";
import { checkOneSpace, promptsOf } from "./mixed-conditioning.ts";

/** The axis of the tokens, of the tensors that have one: [batch, tokens, width]. */
const TOKENS = 1;
const RANK = 3;

export const concatConditioning = defineFunction({
  name: "concat conditioning",
  help: "Puts conditionings one after another: a model attends to the tokens of all.",
  inputs: { conditionings: { kind: "conditioning", many: true } },
  output: "conditioning",
  settings: z.strictObject({}),
  infer: ({ inputs: { conditionings }, fault }) =>
    mixedFacts(
      conditionings.map((value) => ({ input: "conditionings", value })),
      fault,
    ),
  open({ inputs: { conditionings } }) {
    const parts = conditionings.map((conditioning) => ({ input: "conditionings", conditioning }));
    const { space } = checkOneSpace(parts);
    return {
      space,
      prompts: promptsOf(parts),
      lower(lowering) {
        const [first = {}, ...others] = conditionings.map((conditioning) => conditioning.lower(lowering));
        return Object.fromEntries(
          Object.entries(first).map(([name, value]) => {
            // What sums up a whole text, as SDXL's pooled vector does, has no tokens: that of the first stands.
            if (value.shape.length !== RANK) return [name, value];
            const values = [value, ...others.flatMap((tensors) => tensors[name] ?? [])];
            return [name, concatenated(lowering, values)];
          }),
        );
      },
    };
  },
});

/** What is the same for all images is repeated for each, where another is not. */
function concatenated({ b }: Lowering, values: readonly Value[]): Value {
  const batch = Math.max(...values.map(({ shape: [images = 1] }) => images));
  const parts = values.map((value) => b.expand(value, [batch, ...value.shape.slice(1)]));
  return b.concat(parts, TOKENS);
}
