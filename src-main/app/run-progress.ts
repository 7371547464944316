// What the task bar and the notifications say of the runs, from the list of jobs as the studio tells it.

import { printRewardMean } from "../common/reward-words.ts";
import { endedSince } from "../common/studio/job-endings.ts";
import { type Job, type JobKind, workingJob } from "../common/studio/job.ts";

/** From 0 to 1; `null`: nothing is learning. */
export function progressOf(jobs: readonly Job[]): number | null {
  const working = workingJob(jobs);
  if (working === undefined) return null;
  return working.total === 0 ? 0 : Math.min(1, working.step / working.total);
}

export interface Notice {
  readonly title: string;
  readonly body: string;
}

/** Of runs that ended by themselves; whoever stops or pauses one knows it. */
export function noticesOf(before: readonly Job[], jobs: readonly Job[]): readonly Notice[] {
  return endedSince(before, jobs).map(noticeOf);
}

const DONE: Readonly<Record<JobKind, string>> = { learn: "is learned", apply: "is drawn" };

function noticeOf({ kind, name, state, step, reward, diagnostics }: Job): Notice {
  if (state === "done") {
    const result = reward === null ? "" : `, reward ${printRewardMean(reward)}`;
    return { title: `${name} ${DONE[kind]}`, body: `${step} steps${result}` };
  }
  const reason = diagnostics.find(({ severity }) => severity === "error")?.message ?? "see its page for the reason";
  return { title: `${name} failed at step ${step}`, body: reason };
}
