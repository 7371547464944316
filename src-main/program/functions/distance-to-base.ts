// What keeps a model that is adapted near to what it was: how far its predictions have moved, at the sampling steps whose gradients are taken.

import { z } from "zod";
import { refuse } from "../../common/diagnostic.ts";
import { floatTensor } from "../../common/tensor.ts";
import type { Value } from "../../compiler/graph.ts";
import { axesFrom } from "../../compiler/shapes.ts";
import type { Scheduler } from "../../diffusion/scheduler.ts";
import { defineFunction } from "../function.ts";
import type { Lowering } from "../lowering.ts";
import type { OpenedSampler, Point } from "../values.ts";

const settings = z.strictObject({
  /** λ */
  weight: z.number().positive().max(1e6).default(1),
  /**
   * `l2`: λ · the mean of (ε̃ − ε̃₀)² over the numbers of a prediction. `kl`: λ · KL(p ‖ p₀) of the Gaussian that the next sample is drawn
   * from where sampling is ancestral, as DPOK has it (Fan et al. 2023, arXiv:2305.16381).
   */
  measure: z.enum(["l2", "kl"]).default("l2"),
});

export const distanceToBase = defineFunction({
  name: "distance to base",
  help: "Falls with the distance of a sampler's predictions from those before anything was trained: added to an objective, it keeps the model from pleasing a reward by images that the base model would never draw.",
  inputs: { latent: { kind: "latent" } },
  output: "score",
  settings,
  infer: ({ inputs: { latent } }) => ({
    images: [],
    ...(latent.facts.prompts === undefined ? {} : { prompts: latent.facts.prompts }),
  }),
  open({ ref, inputs: { latent }, settings: { weight, measure } }) {
    if (latent.kind !== "sampler") {
      return refuse({
        code: "distance-sampler",
        at: { port: "latent" },
        message: "the latents of images are predicted by no model, and so have no distance to one",
        help: "connect the latent that a Sampler draws",
      });
    }
    if (measure === "kl" && latent.scheduler.timesteps.length < 2) {
      return refuse({
        code: "distance-steps",
        at: { param: "measure" },
        message: "a sampler of one step draws no sample between, whose distribution could be compared",
        help: "measure by L2, or take more sampling steps",
      });
    }
    return {
      ref,
      name: "distance to base model",
      lower(lowering) {
        const { b, batch } = lowering;
        const distances = latent.points(lowering).map((point) => distanceAt(lowering, latent, point, measure));
        // Of a latent that is finished nothing is predicted.
        if (distances.length === 0) return b.expand(b.reshape(b.scalar(0), [1]), [batch]);
        const sum = distances.reduce((total, distance) => b.add(total, distance));
        return b.scale(sum, -weight / distances.length);
      },
    };
  },
});

/** → [batch] */
function distanceAt(lowering: Lowering, sampler: OpenedSampler, point: Point, measure: "l2" | "kl"): Value {
  const { b } = lowering;
  const { ref, prediction, scheduler } = sampler;
  const name = `base prediction ${ref} ${point.offset}`;
  const base = lowering.once(name, () =>
    lowering.border({ name, value: prediction.lower(lowering.frozen, point), kind: "prediction" }),
  );
  const moved = b.sub(prediction.lower(lowering, point), base);
  const squares = b.mul(moved, moved);
  const axes = axesFrom(1, squares.shape.length);
  if (measure === "l2") return b.mean(squares, axes, 0);
  const factor = lowering.input(`kl ${ref} ${point.offset}`, [], {
    rate: "timestep",
    sampler: ref,
    of: (index) => floatTensor([], [divergenceFactor(scheduler, index + point.offset)]),
  });
  return b.mul(factor, b.sum(squares, axes, 0));
}

/**
 * KL(p ‖ p₀) = ½ (SNR(s) − SNR(t)) ‖x̂₀ − x̂₀′‖² for the posterior q(x_s | x_t, x̂₀), s the next step (Kingma et al. 2021, arXiv:2107.00630).
 * The last step ends at a point, which has no density: there the step before counts.
 */
function divergenceFactor(scheduler: Scheduler, index: number): number {
  const next = Math.min(index + 1, scheduler.timesteps.length - 1);
  const ratio = (at: number): number => scheduler.alphaCumprod(at) / (1 - scheduler.alphaCumprod(at));
  return 0.5 * (ratio(next) - ratio(next - 1)) * scheduler.originalForm(index).output ** 2;
}
