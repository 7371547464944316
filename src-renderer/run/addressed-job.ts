// Which run the top bar, the keys and the menus are about.

import { type Job, workingJob } from "../../src-main/common/studio/job.ts";
import { jobOfTab } from "../state/run-store.ts";

type Runs = Parameters<typeof jobOfTab>[0];

/** What is at work, whatever is shown; where nothing is, the run of the workflow that is shown, as long as it can go on. */
export function addressedJob(
  runs: Runs,
  tab: { readonly id: string; readonly path: string | null } | undefined,
): Job | undefined {
  const working = workingJob(runs.jobs);
  if (working !== undefined) return working;
  const own = tab && jobOfTab(runs, tab.id, tab.path);
  return own !== undefined && ["queued", "paused", "failed"].includes(own.state) ? own : undefined;
}
