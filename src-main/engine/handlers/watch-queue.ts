// Answers `watchQueue`: tells the jobs and workers of a queue every other second, until nobody asks any more.

import { setTimeout as sleep } from "node:timers/promises";
import type { ApiHandlers } from "../../common/api.ts";
import { openQueue } from "../../queue/open-queue.ts";
import { reportQueue } from "../../queue/report-queue.ts";
import { untilAborted } from "../../queue/until-aborted.ts";

const TOLD_EVERY_MS = 2000;

export const watchQueue: ApiHandlers["watchQueue"] = async ({ queue: url }, { emit, signal }) => {
  const queue = await openQueue(url, (diagnostic) => {
    // That it is back shows by the next report.
    if (diagnostic.code === "queue-away") void emit({ type: "away", diagnostic });
  });
  try {
    while (!signal.aborted) {
      await emit({ type: "report", report: await untilAborted(signal, reportQueue(queue)) });
      await sleep(TOLD_EVERY_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await queue.close();
  }
  return {};
};
