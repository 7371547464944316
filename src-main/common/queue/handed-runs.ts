// Prepared runs that the workers of a queue do, each whole, and what is told of them meanwhile.

import { z } from "zod";
import { deviceName } from "../device.ts";
import { diagnosticSchema } from "../diagnostic-schema.ts";
import { warningEvent } from "../run-events.ts";
import { MOST_RUNS } from "../sweep.ts";
import { pieceProgress } from "./piece.ts";
import { workersInput } from "./workers-input.ts";

export const trainRunsInput = z.object({
  /** Folders of prepared runs, which get what comes of them. */
  prepared: z.array(z.string()).min(1).max(MOST_RUNS),
  /** What people call them together. */
  title: z.string(),
  workers: workersInput.extend({ device: deviceName }),
  /** Whether their images are sent back. */
  images: z.boolean().default(false),
});

const run = z.string();

/** Runs are named by their folders, as they were given. */
export const handedRunEvent = z.discriminatedUnion("type", [
  /** `null`: nobody works on it any more. */
  z.object({ type: z.literal("work"), run, progress: pieceProgress.nullable() }),
  /** Its folder holds what came of it. */
  z.object({ type: z.literal("done"), run, worker: z.string(), seconds: z.number().nonnegative() }),
  /** It was asked back, and its folder holds what was handed over of it. */
  z.object({ type: z.literal("paused"), run }),
  z.object({ type: z.literal("failed"), run, diagnostics: z.array(diagnosticSchema) }),
  warningEvent,
]);
export type HandedRunEvent = z.output<typeof handedRunEvent>;

export const trainRunsResult = z.object({
  /** Whether it ended because it was asked to; those that are not done go on from what is kept of them when they are handed out again. */
  stopped: z.boolean(),
});
