// The queue as it is read.

import { isAtWork, type Job } from "../../src-main/common/studio/job.ts";

type Ordered = Pick<Job, "state">;

/** What is at work, what waits in the order of the queue, and then what has ended or rests, the newest first. */
export function asRead<T extends Ordered>(jobs: readonly T[]): readonly T[] {
  const [working, waiting] = [jobs.filter(isAtWork), jobs.filter(({ state }) => state === "queued")];
  const rest = jobs.filter((job) => !working.includes(job) && !waiting.includes(job));
  return [...working, ...waiting, ...rest.toReversed()];
}
