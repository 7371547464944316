// What is told of a queue to whoever looks at it.

import { z } from "zod";
import { diagnosticSchema } from "./diagnostic-schema.ts";
import { queueReport } from "./queue/job.ts";

export const queueNews = z.discriminatedUnion("type", [
  z.object({ type: z.literal("report"), report: queueReport }),
  /** The next report tells that it is back. */
  z.object({ type: z.literal("away"), diagnostic: diagnosticSchema }),
]);
export type QueueNews = z.output<typeof queueNews>;
