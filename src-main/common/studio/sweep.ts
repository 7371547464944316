// A sweep that is asked for in the editor: its runs are ordinary ones of the queue, which know that they belong together.

import { z } from "zod";
import { call } from "../contract.ts";
import { variation } from "../sweep.ts";
import { askedWorkers, enqueueInput, job } from "./job.ts";

/** Each is a folder on disk and a row of every list: more are asked for by command, where they have a folder of their own. */
export const MOST_QUEUED_RUNS = 100;

export const sweepApi = {
  /** A run for each combination of values, in their order; all are compiled first, and none is queued if one is refused. */
  enqueueSweep: call({
    input: enqueueInput.extend({
      variations: z.array(variation).min(1),
      /** `null`: this machine does them, one after the other. */
      workers: askedWorkers.nullable().default(null),
    }),
    output: z.array(job),
    anyTime: true,
  }),
  /** Stops what runs or waits of it; what has ended stays as it is. */
  stopSweep: call({ input: z.object({ id: z.string() }), output: z.object({}), anyTime: true }),
  /** Goes on with what is paused of it or has failed. */
  resumeSweep: call({ input: z.object({ id: z.string() }), output: z.object({}), anyTime: true }),
};
