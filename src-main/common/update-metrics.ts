// What an optimizer tells of a step.

import { z } from "zod";

export const updateMetrics = z.object({
  /** Mean and standard deviation over the batch. */
  reward: z.number(),
  rewardDeviation: z.number(),
  /** Each reward that is never trained against, by its name. */
  heldOut: z.record(z.string(), z.number()),
  /** Before clipping. */
  gradientNorm: z.number(),
  learningRate: z.number(),
});
export type UpdateMetrics = z.output<typeof updateMetrics>;
