// The log of a run, as its folder keeps it and the page shows it.

import { z } from "zod";

export const runLogLine = z.object({
  /** ISO 8601. */
  at: z.string(),
  /** `engine`: what the engine's process wrote by itself, as libraries do. */
  from: z.enum(["studio", "engine"]),
  tone: z.enum(["info", "warning", "error"]),
  text: z.string(),
});
export type RunLogLine = z.output<typeof runLogLine>;
