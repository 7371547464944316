// A long run of the embedded pipeline, as users start it, checkpoints and all: what it keeps, and whether it gets slower.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "../../../src-main/common/run-events.ts";
import { trainWith } from "../../../src-main/learning/train.ts";
import type { GrowthPoint, Job } from "../job.ts";
import { MeasuredSessions } from "./measured-sessions.ts";
import { startRun } from "./open-work.ts";
import { promptsOf } from "./prompts.ts";

/** Steps in all, and between two looks. */
const RUN = { steps: 3000, look: 100 };

/** For every hundred steps: their seconds, and the memory after them. */
export async function measureLength(job: Job): Promise<readonly GrowthPoint[]> {
  const wanted: Job = { ...job, batch: 1, microBatch: 1, sampling: { steps: 2, index: 1 } };
  const folder = mkdtempSync(join(tmpdir(), "reneg-bench-"));
  const sessions = new MeasuredSessions(job.device);
  const points: GrowthPoint[] = [];
  let since = { step: 0, time: performance.now() };
  const emit = async (event: RunEvent): Promise<void> => {
    if (event.type !== "step" || (event.step !== 1 && event.step % RUN.look !== 0)) return;
    const now = { step: event.step, time: performance.now() };
    // The first step loads everything, and counts for none.
    if (event.step > 1) {
      const seconds = (RUN.look * (now.time - since.time)) / (now.step - since.step) / 1000;
      points.push({ x: event.step, seconds, bytes: process.memoryUsage.rss() });
    }
    since = now;
  };
  try {
    const run = startRun(wanted, sessions, promptsOf(160), RUN.steps);
    const { device, cuts } = wanted;
    await trainWith(run, { folder, resume: false, device, cuts, emit, signal: new AbortController().signal });
    return points;
  } finally {
    await sessions.release();
    rmSync(folder, { recursive: true, force: true });
  }
}
