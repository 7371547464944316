// Which runs ended by themselves between two lists of jobs; whoever stops or pauses one knows it.

import { isAtWork, type Job } from "./job.ts";

export function endedSince(before: readonly Job[], jobs: readonly Job[]): readonly Job[] {
  const worked = new Set(before.filter(isAtWork).map(({ run }) => run));
  return jobs.filter(({ run, state }) => worked.has(run) && (state === "done" || state === "failed"));
}
