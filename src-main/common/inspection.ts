// What a file or folder is, as `reneg inspect` tells it.

import { z } from "zod";
import { diagnosticSchema } from "./diagnostic-schema.ts";

const fact = z.object({ name: z.string(), value: z.string() });

export const inspection = z.object({
  /** `pipeline`, `component`, `embedding`, `reward`, `weights`, `workflow`, `unknown`, … */
  kind: z.string(),
  title: z.string(),
  path: z.string(),
  facts: z.array(fact),
  /** The parts of a pipeline, each with facts of its own. */
  components: z.array(z.object({ name: z.string(), title: z.string(), facts: z.array(fact) })).optional(),
  /** The space its embeddings live in, e.g. `clip-l14/last+ln`. */
  space: z.string().optional(),
  problems: z.array(diagnosticSchema),
});
export type Inspection = z.output<typeof inspection>;
