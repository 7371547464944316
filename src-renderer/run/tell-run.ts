// Asks something of one run. Whoever asks says which.

import type { Job, JobCommand } from "../../src-main/common/studio/job.ts";
import { studio } from "../api/studio.ts";
import { activeTab } from "../state/document-store.ts";
import { runStore } from "../state/run-store.ts";
import { attempt, toast } from "../state/toast-store.ts";
import { text } from "../text/text.ts";
import { addressedJob } from "./addressed-job.ts";
import { canBeAsked } from "./offered-commands.ts";

export function tellRun(run: string, command: JobCommand): void {
  attempt(() => studio.command({ run, command }));
}

/** Tells the run that keys and menus are about, and says which that was: it may be none of those in sight. */
export function tellAddressedRun(commandFor: (job: Job) => JobCommand): void {
  const job = addressedJob(runStore.getState(), activeTab());
  if (job === undefined) return toast({ tone: "info", title: text.run.none });
  const command = commandFor(job);
  if (!canBeAsked(job, command)) return toast({ tone: "info", title: text.run.onlyStops(job.number) });
  attempt(async () => {
    await studio.command({ run: job.run, command });
    toast({ tone: "info", title: text.run.told[command](job.number) });
  });
}

/** Whichever of the two the run can do. */
export function pauseOrResume({ state }: Pick<Job, "state">): "pause" | "resume" {
  return state === "paused" || state === "failed" ? "resume" : "pause";
}
