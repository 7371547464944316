// Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598): ε̃ = ε(n) + γ · (ε(c) − ε(n)).

import { z } from "zod";
import { floatTensor } from "../../common/tensor.ts";
import { guide as guideOutputs } from "../../diffusion/guidance.ts";
import { defineFunction } from "../function.ts";
import { refuseUnfitting } from "./fitting-models.ts";

export const guide = defineFunction({
  name: "guide",
  help: "Steers a prediction towards the prompt and away from the negative.",
  inputs: { positive: { kind: "prediction" }, negative: { kind: "prediction" } },
  output: "prediction",
  /** γ: at 1 the negative has no effect. */
  settings: z.strictObject({ scale: z.number().min(1).max(1000) }),
  infer: ({ inputs: { positive }, settings: { scale } }) => ({
    ...positive.facts,
    isGuided: true,
    ...(scale === 1 ? { isUnguided: true } : {}),
  }),
  open({ inputs: { positive, negative }, settings: { scale } }) {
    refuseUnfitting(positive.model, negative.model, "negative");
    return {
      model: positive.model,
      prompts: positive.prompts,
      conditional: positive.lower,
      guidance: scale,
      passes: {
        of: [
          { prediction: positive, isNegative: false },
          ...(scale === 1 ? [] : [{ prediction: negative, isNegative: true }]),
        ],
        combine([conditional, unconditional = conditional]) {
          if (conditional === undefined || unconditional === undefined) throw new Error("guidance without its passes");
          return guideOutputs({ unconditional, conditional, scale });
        },
      },
      lower(lowering, point) {
        const { b } = lowering;
        const unconditional = negative.lower(lowering, { ...point, isNegative: true });
        const conditional = positive.lower(lowering, point);
        const guidance = lowering.input(`guidance ${scale}`, [], {
          rate: "run",
          tensor: () => floatTensor([], [scale]),
        });
        return b.add(unconditional, b.mul(guidance, b.sub(conditional, unconditional)));
      },
    };
  },
});
