// What embeddings of single prompts are worth: `report.json` of a run's per-sample part, and what the window shows of it.

import { z } from "zod";

export const perSampleReport = z.object({
  format: z.literal("reneg-per-sample").default("reneg-per-sample"),
  formatVersion: z.literal(1).default(1),
  prompts: z.array(
    z.object({
      prompt: z.string(),
      /** Mean training reward with the embedding of all prompts, and with its own: never lower. */
      global: z.number(),
      perSample: z.number(),
      /** Tried for it. */
      steps: z.int().nonnegative(),
      /** Of its embedding, beside the report. */
      file: z.string(),
    }),
  ),
});
export type PerSampleReport = z.output<typeof perSampleReport>;
