// How a command is told to have its pieces computed by workers.

import { z } from "zod";
import { deviceName } from "../device.ts";

export const workersInput = z.object({
  /** `redis://…`, `rediss://…` */
  queue: z.string(),
  /** The secret that the queue's workers know. */
  token: z.string().default(""),
  /** On which they compute; absent: the kind that this machine would. */
  device: deviceName.optional(),
  /** A worker that is not heard of for so long is taken for dead. */
  silenceSeconds: z.number().min(1).max(3600).default(15),
});
export type WorkersInput = z.output<typeof workersInput>;
