// Says when a run has ended by itself or its engine does not answer, wherever one looks at that moment.

import { endedSince } from "../../src-main/common/studio/job-endings.ts";
import type { Job } from "../../src-main/common/studio/job.ts";
import { runStore } from "../state/run-store.ts";
import { showRun } from "../state/shown-run-store.ts";
import { toast } from "../state/toast-store.ts";
import { asSentence } from "../text/sentence.ts";
import { text } from "../text/text.ts";
import { notify } from "./notify.ts";
import { tellRun } from "./tell-run.ts";

const words = text.learning.notices;

export function announceRuns(): void {
  runStore.subscribe(({ jobs }, before) => {
    if (jobs === before.jobs) return;
    for (const job of endedSince(before.jobs, jobs)) announce(job);
    for (const job of jobs) {
      if (job.silence !== null && before.jobs.every(({ run, silence }) => run !== job.run || silence === null))
        announceSilence(job);
    }
  });
}

function announceSilence({ run, number }: Job): void {
  const { toast: title, toastHelp: detail, end } = text.learning.silence;
  toast({
    tone: "warning",
    title: title(number),
    detail,
    action: { label: end, run: () => tellRun(run, "end engine") },
  });
}

function announce(job: Job): void {
  const { run, number, step, total, state } = job;
  if (state === "done") {
    const show = (): void => showRun(run);
    const title = words.done[job.kind](number);
    notify(title, job.name);
    toast({ tone: "success", title, action: { label: words.show, run: show } });
    return;
  }
  const [title, detail] = [words.failed(number, step, total), reasonOf(job)];
  notify(title, detail);
  toast({
    tone: "error",
    title,
    detail,
    action: { label: text.run.resume(number), run: () => tellRun(run, "resume") },
  });
}

function reasonOf({ diagnostics }: Pick<Job, "diagnostics">): string | undefined {
  const fault = diagnostics.find(({ severity }) => severity === "error");
  if (fault === undefined) return undefined;
  return [fault.message, fault.help].flatMap((part) => (part === undefined ? [] : [asSentence(part)])).join(" ");
}
