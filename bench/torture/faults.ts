// `faults`: at every file operation of a small run, and of what the studio keeps, the process is killed, half of what is written is written,
// the disk is full, or broken. Then it goes on without faults.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type FaultEnd, type FaultWork, tryFaults } from "./fault-trials.ts";
import { createWorker } from "./fault-worker.ts";
import { createKeeping } from "./faults-of-keeping.ts";
import { training } from "./faults-of-training.ts";
import type { Part, Row, TortureContext } from "./part.ts";

export const faults: Part = {
  summary:
    "Kill, torn write, full and broken disk at every file operation of a small run and of the studio, or at every Nth.",
  amount: { of: "every", whole: 1, small: 48 },
  async run(context) {
    if (process.platform === "win32") return { rows: [], skipped: "Windows has no SIGKILL" };
    return { rows: [...(await tryWork(training, context)), ...(await tryWork(createKeeping(), context))] };
  },
};

function tryWork<Task extends object, End extends FaultEnd>(
  work: FaultWork<Task, End>,
  { folder: all, amount: every, seed, say }: TortureContext,
): Promise<Row[]> {
  const folder = join(all, work.name.replaceAll(/\W+/g, "-"));
  mkdirSync(folder);
  return tryFaults(work, { folder, every, seed, say, createWorker: () => createWorker<Task, End>(work.program) });
}
