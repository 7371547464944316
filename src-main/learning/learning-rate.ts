// The learning rate over the steps of an optimizer.

import type { UpdateSettings } from "../common/program/update.ts";

const shapes: { readonly [S in UpdateSettings["schedule"]]: (progress: number) => number } = {
  /** Loshchilov & Hutter 2017, arXiv:1608.03983, without restarts. */
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
  linear: (progress) => 1 - progress,
  constant: () => 1,
};

/** @param step counted from 0. Rises over the warm-up, then follows the schedule so that the last step is just above 0. */
export function learningRateAt(
  step: number,
  { steps, learningRate, warmup, schedule }: Pick<UpdateSettings, "steps" | "learningRate" | "warmup" | "schedule">,
): number {
  if (step < warmup) return (learningRate * (step + 1)) / (warmup + 1);
  return learningRate * shapes[schedule]((step - warmup) / Math.max(steps - warmup, 1));
}
