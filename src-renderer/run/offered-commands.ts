// What can be asked of a run, besides what its state allows.

import type { Job, JobCommand } from "../../src-main/common/studio/job.ts";

/** Workers take runs in whatever order, and one that is at work hears nothing but that it is to end. */
const ONLY_HERE: readonly JobCommand[] = ["earlier", "later", "sample now", "save now"];

export function canBeAsked({ workers }: Pick<Job, "workers">, command: JobCommand): boolean {
  return workers === null || !ONLY_HERE.includes(command);
}
