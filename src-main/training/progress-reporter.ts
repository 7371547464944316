// Turns counts of finished work into progress events with the time left.

import type { RunEvent } from "../common/run-events.ts";

export function progressReporter(
  phase: string,
  emit: (event: RunEvent) => Promise<void>,
  /** What was done earlier, and says nothing of how fast it goes now. */
  before = 0,
): (done: number, total: number) => Promise<void> {
  const started = performance.now();
  return (done, total) => {
    const seconds = (performance.now() - started) / 1000;
    const left = done <= before ? {} : { secondsLeft: (seconds / (done - before)) * (total - done) };
    return emit({ type: "progress", phase, done, total, ...left });
  };
}
