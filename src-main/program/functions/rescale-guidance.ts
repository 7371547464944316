// Rescaled guidance (Lin et al. 2024, arXiv 2305.08891, §3.4), against the glare of strong guidance:
// ε̂ = φ · ε̃ · σ(ε(c)) / σ(ε̃) + (1 − φ) · ε̃, with σ the standard deviation over each image.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import type { GraphBuilder } from "../../compiler/graph-builder.ts";
import type { Value } from "../../compiler/graph.ts";
import { rescaleGuided } from "../../diffusion/guidance.ts";
import { defineFunction } from "../function.ts";

const UNGUIDED = {
  code: "rescale-unguided",
  message: "this prediction is not guided, so that there is nothing to rescale",
  help: "connect what CFG gives",
} as const;

export const rescaleGuidance = defineFunction({
  name: "rescale guidance",
  help: "Gives a guided prediction the contrast that it has without guidance.",
  inputs: { prediction: { kind: "prediction" } },
  output: "prediction",
  /** φ: 0 changes nothing, 0.7 is what the paper takes. */
  settings: z.strictObject({ factor: z.number().min(0).max(1) }),
  infer({ inputs: { prediction }, fault }) {
    if (prediction.facts.isGuided === false) fault({ ...UNGUIDED, input: "prediction" });
    return prediction.facts;
  },
  open({ inputs: { prediction }, settings: { factor } }) {
    const { conditional, passes } = prediction;
    if (conditional === undefined || passes === undefined) return refuse({ ...UNGUIDED, at: { port: "prediction" } });
    return {
      ...prediction,
      passes: {
        of: passes.of,
        combine(outputs, batch) {
          const [first] = outputs;
          if (first === undefined) throw new Error("guidance without its passes");
          return rescaleGuided({ guided: passes.combine(outputs, batch), conditional: first, factor, batch });
        },
      },
      lower(lowering, point) {
        const { b } = lowering;
        const guided = prediction.lower(lowering, point);
        const ratio = b.div(deviation(b, conditional(lowering, point)), deviation(b, guided));
        // φ·ε̃·r + (1 − φ)·ε̃ = ε̃ · (φ·r + 1 − φ)
        return b.mul(guided, b.add(b.scale(ratio, factor), b.scalar(1 - factor)));
      },
    };
  },
});

/** [batch, …] → [batch, 1, …] */
function deviation(b: GraphBuilder, x: Value): Value {
  const axes = x.shape.slice(1).map((_, i) => i + 1);
  const centred = b.sub(x, b.mean(x, axes));
  return b.sqrt(b.mean(b.mul(centred, centred), axes));
}
