// What a worker is at, in the words of the editor, and whether it takes part in what is begun here.

import type { HeardWorker, QueueReport } from "../../../src-main/common/queue/job.ts";
import type { Job } from "../../../src-main/common/studio/job.ts";
import { text } from "../../text/text.ts";

const words = text.workers.panel;

/** @param jobs runs of this editor are called as they are everywhere in it */
export function doingOf({ doing }: Pick<HeardWorker, "doing">, jobs: readonly Pick<Job, "run" | "number">[]): string {
  if (doing === null) return words.idle;
  const own = jobs.find(({ run }) => run === doing.piece);
  return own === undefined ? words.at(doing.piece, doing.job) : words.run(own.number, doing.job);
}

/**
 * Why it takes no part in what is handed out.
 * @param version of this program
 */
export function reasonsAgainst(
  { name, version: its }: Pick<HeardWorker, "name" | "version">,
  jobs: QueueReport["jobs"],
  version: string,
): readonly string[] {
  const told = jobs.flatMap(({ title, refusals, banned }) => [
    ...refusals.flatMap(({ worker, why }) => (worker === name ? [words.refuses(title, why)] : [])),
    ...Object.entries(banned).flatMap(([worker, why]) => (worker === name ? [words.banned(title, why)] : [])),
  ]);
  const isOther = its !== version;
  // A job of this program says the same of it.
  return isOther && told.length === 0 ? [words.otherVersion(version)] : told;
}

/** Workers that would take part, by the device on which they compute, the most first. */
export interface OfferedCrew {
  readonly device: HeardWorker["device"];
  readonly count: number;
}

export function offeredCrews(workers: readonly HeardWorker[], version: string): readonly OfferedCrew[] {
  const able = workers.filter((worker) => worker.version === version);
  return [...Map.groupBy(able, ({ device }) => device)]
    .map(([device, own]) => ({ device, count: own.length }))
    .toSorted((a, b) => b.count - a.count);
}
