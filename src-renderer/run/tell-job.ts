// Asks something of the run that came from the workflow that is shown.

import type { Job, JobCommand } from "../../src-main/common/studio/job.ts";
import { studio } from "../api/studio.ts";
import { activeTab } from "../state/document-store.ts";
import { jobOfTab, runStore } from "../state/run-store.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";

export function jobOfActiveTab(): Job | undefined {
  const tab = activeTab();
  return tab && jobOfTab(runStore.getState(), tab.id, tab.path);
}

export function tellJob(command: JobCommand): void {
  const job = jobOfActiveTab();
  if (job === undefined) return toast({ tone: "info", title: text.run.none });
  attempt(() => studio.command({ run: job.run, command }));
}

/** Whichever of the two it can do. */
export function pauseOrResume(): void {
  const state = jobOfActiveTab()?.state;
  tellJob(state === "paused" || state === "failed" ? "resume" : "pause");
}
