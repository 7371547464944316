// What the editor hears without asking: at most 20 times a second, however fast the engine works.

import { z } from "zod";
import { engineVitals } from "../engine-vitals.ts";
import { stageTimes } from "../stage-times.ts";
import { job, runId } from "./job.ts";
import { menuCommand } from "./menu-command.ts";
import { runLogLine } from "./run-log.ts";
import { metricsPoint, previewPicture } from "./run.ts";

export const studioEvent = z.discriminatedUnion("type", [
  /** The whole list, in the order of the queue; the first event of every stream. */
  z.object({ type: z.literal("jobs"), jobs: z.array(job) }),
  /** Steps since the last event. */
  z.object({ type: z.literal("steps"), run: runId, steps: z.array(metricsPoint) }),
  z.object({ type: z.literal("preview"), run: runId, preview: previewPicture }),
  /** The picture that is being drawn, guessed from its latent by a linear map. The URL differs each time. */
  z.object({
    type: z.literal("latent-preview"),
    run: runId,
    url: z.string(),
    /** Of the sampler. */
    step: z.int().nonnegative(),
    total: z.int().positive(),
  }),
  /** Which stage of the run is in work, and where its time went. */
  z.object({ type: z.literal("stages"), run: runId, times: stageTimes }),
  /** What the engine takes of the machine, once a second while a run is at work. */
  z.object({ type: z.literal("vitals"), vitals: engineVitals }),
  /** Lines since the last event. */
  z.object({ type: z.literal("log"), run: runId, lines: z.array(runLogLine) }),
  /** Runs or embeddings came, went or were renamed: ask again. */
  z.object({ type: z.literal("library") }),
  /** The queue of workers is another: ask for its setting again. */
  z.object({ type: z.literal("queue") }),
  /** A file was opened from outside: double-clicked, or named on the command line. */
  z.object({ type: z.literal("open"), path: z.string() }),
  /** Chosen in a native menu. */
  z.object({ type: z.literal("command"), command: menuCommand }),
]);
export type StudioEvent = z.output<typeof studioEvent>;
