// Two models at once: (1 − w) · ε₁ + w · ε₂.

import { z } from "zod";
import { defineFunction } from "../function.ts";
import { refuseOtherSpace, spaceFault } from "./embedding-spaces.ts";
import { refuseUnfitting } from "./fitting-models.ts";

export const blendModels = defineFunction({
  name: "blend models",
  help: "Predicts what two models predict, between them: 0 is the first, 1 the second.",
  inputs: { first: { kind: "model" }, second: { kind: "model" } },
  output: "model",
  settings: z.strictObject({ weight: z.number().min(-10).max(10) }),
  infer({ inputs: { first, second }, fault }) {
    const found = spaceFault(first.facts.space, second.facts.space, "second", "the second model");
    if (found !== null) fault(found);
    return first.facts;
  },
  open({ inputs: { first, second }, settings: { weight } }) {
    refuseOtherSpace(first.pipeline.space, second.pipeline.space, "second", "the second model");
    refuseUnfitting(first, second, "second");
    // What steers the first alone steers no mixture.
    const { steered: _, ...base } = first;
    return {
      ...base,
      predict(lowering, ...at) {
        const { b } = lowering;
        const predicted = first.predict(lowering, ...at);
        return b.add(b.scale(predicted, 1 - weight), b.scale(second.predict(lowering, ...at), weight));
      },
    };
  },
});
