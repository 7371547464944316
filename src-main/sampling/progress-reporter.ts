// Turns counts of finished work into progress events with the time left.

import type { RunEvent } from "../common/run-events.ts";

export interface ReporterOptions {
  /** What is counted, in plural. */
  readonly unit?: string;
  /** What was done earlier, and says nothing of how fast it goes now. */
  readonly before?: number;
}

export function progressReporter(
  phase: string,
  emit: (event: RunEvent) => Promise<void>,
  { unit, before = 0 }: ReporterOptions = {},
): (done: number, total: number) => Promise<void> {
  const started = performance.now();
  const counted = unit === undefined ? {} : { unit };
  return (done, total) => {
    const seconds = (performance.now() - started) / 1000;
    const left = done <= before ? {} : { secondsLeft: (seconds / (done - before)) * (total - done) };
    return emit({ type: "progress", phase, ...counted, done, total, ...left });
  };
}
