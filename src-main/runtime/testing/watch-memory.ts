// How much memory some work takes at most, as Linux tells it.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** The worker looks while the work blocks this thread. Slot 0: the highest number of kB seen; slot 1: whether it looks. */
const WATCHER = `
  const { readFileSync } = require("node:fs");
  const { workerData: shared } = require("node:worker_threads");
  const seen = new Int32Array(shared);
  for (;;) {
    const now = Number(/RssAnon:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
    seen[0] = Math.max(seen[0], now);
    seen[1] = 1;
    Atomics.wait(seen, 2, 0, 1);
  }`;

/** Bytes that are no pages of a file, at most at once, beyond those at the start. */
export async function watchAnonymousMemory(work: () => Promise<unknown>): Promise<number> {
  const seen = new Int32Array(new SharedArrayBuffer(12));
  const watcher = new Worker(WATCHER, { eval: true, workerData: seen.buffer });
  while (seen[1] === 0) await sleep(10);
  const start = Number(/RssAnon:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  seen[0] = start;
  await work();
  const peak = seen[0] ?? NaN;
  await watcher.terminate();
  return (peak - start) * 1024;
}
