// An engine that gives no sign of life: stopped, starved of memory, or held up by the system. A network that runs for minutes does not
// silence it, for the signs come from a thread of their own.

import { z } from "zod";

export const engineSilence = z.object({
  /** The last sign of life, ISO 8601. */
  since: z.string(),
  /** What it had told to be at: `unet backwards`; `null`: nothing was told. */
  doing: z.string().nullable(),
});
