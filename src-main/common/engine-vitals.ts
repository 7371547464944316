// What the engine process takes of the machine just now.

import { z } from "zod";

export const engineVitals = z.object({
  /** How many processor cores are busy with it: 1.8. */
  cores: z.number().nonnegative(),
  /** Resident, in 2²⁰ bytes. */
  memoryMB: z.number().nonnegative(),
  /** In 2²⁰ bytes; `null`: this machine does not tell. */
  gpuMemoryMB: z.number().nonnegative().nullable(),
});
export type EngineVitals = z.output<typeof engineVitals>;
