// What the gallery knows of everything that it holds: what was learned, and what was drawn with it.

import { z } from "zod";
import { jobState, runId } from "./job.ts";

export const libraryEntry = z.object({
  id: runId,
  /** What people call it: short, and given once in each home. */
  number: z.int().positive(),
  /** As the user called it; the folder's name until then. */
  name: z.string(),
  /** ISO 8601. */
  createdAt: z.string(),
  state: jobState,
  /** Of learning, or of the sampler over all columns. */
  step: z.int().nonnegative(),
  total: z.int().nonnegative(),
  /** The newest preview, or the columns side by side; `null` until there is one. */
  thumbnail: z.string().nullable(),
  notes: z.string(),
  tags: z.array(z.string()),
});
export type LibraryEntry = z.output<typeof libraryEntry>;
