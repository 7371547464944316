// What can be asked of a run, besides what its state allows.

import type { Job, JobCommand } from "../../src-main/common/studio/job.ts";

/** Workers give a run up or do it whole, in whatever order: it cannot rest with a step, and hears nothing meanwhile. */
const ONLY_HERE: readonly JobCommand[] = ["pause", "earlier", "later", "sample now", "save now"];

export function canBeAsked({ workers }: Pick<Job, "workers">, command: JobCommand): boolean {
  return workers === null || !ONLY_HERE.includes(command);
}
