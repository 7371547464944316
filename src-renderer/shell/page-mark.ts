// How the page is called and marked in the browser's tab: what is at work and how far, and afterwards how it ended.

import type { Job } from "../../src-main/common/studio/job.ts";
import { jobProgressOf } from "../run/job-progress.ts";
import { text } from "../text/text.ts";

export interface PageMark {
  readonly title: string;
  /** From 0 to 1; `null`: nothing is at work. */
  readonly progress: number | null;
}

/** @param ended the last one that ended by itself since the page was looked at */
export function pageMarkOf(working: Job | undefined, ended: Job | undefined): PageMark {
  if (working !== undefined) {
    const { value = null, max = 1 } = jobProgressOf(working) ?? {};
    const progress = value === null || max === 0 ? 0 : Math.min(1, value / max);
    const title = text.learning.page.working(Math.floor(100 * progress), working.number, working.name);
    return { title, progress };
  }
  if (ended === undefined) return { title: text.app.name, progress: null };
  const words = ended.state === "failed" ? text.learning.page.failed : text.learning.page.done;
  return { title: words(ended.number, ended.name), progress: null };
}
