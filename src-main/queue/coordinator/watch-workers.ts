// Tells why nothing goes on: nobody is there, or nobody who can; all are at other jobs; or whoever has the last pieces does not answer.

import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import type { JobTicket, WorkerState } from "../../common/queue/job.ts";
import { untilAborted } from "../until-aborted.ts";
import type { WorkQueue } from "../work-queue.ts";
import { createAlarm } from "./alarm.ts";
import type { OpenPiece } from "./open-piece.ts";

interface Options {
  readonly queue: Pick<WorkQueue, "workers" | "refusals">;
  readonly ticket: () => JobTicket;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface WorkerWatch {
  /** @param pieces that are not answered yet @throws Refusal if all who could take part have been dismissed */
  readonly check: (pieces: readonly OpenPiece[]) => Promise<void>;
}

/** So long nobody may be there before it is told: workers come and go. */
const TOLD_AFTER_MS = 5000;
/** Workers tell what they do every ten seconds, and are idle between two pieces. */
const BUSY_AFTER_MS = 15_000;

/** For a whole job, so that nothing is told anew with each of its steps. */
export function watchWorkers({ queue, ticket, warn, signal }: Options): WorkerWatch {
  const isIdle = createAlarm(TOLD_AFTER_MS);
  const isElsewhere = createAlarm(BUSY_AFTER_MS);
  const isStuck = createAlarm(TOLD_AFTER_MS);
  const refused = new Set<string>();
  return {
    async check(pieces) {
      const { id, banned } = ticket();
      const [workers, refusals] = await untilAborted(signal, Promise.all([queue.workers(), queue.refusals(id)]));
      for (const { worker, why } of refusals) {
        if (Object.hasOwn(banned, worker) || refused.has(`${worker}: ${why}`)) continue;
        refused.add(`${worker}: ${why}`);
        await warn(takesNoPart(worker, why));
      }
      const unable = new Set(refusals.map(({ worker }) => worker));
      const able = workers.filter(({ name }) => !unable.has(name) && !Object.hasOwn(banned, name));
      const [dismissed] = workers.flatMap(({ name }) => (Object.hasOwn(banned, name) ? [name] : []));
      if (able.length === 0 && dismissed !== undefined) refuseAlone(dismissed, banned[dismissed] ?? "");
      if (isIdle(able.length === 0)) await warn(nobody(workers.length));
      const inWork = pieces.filter(({ held }) => held.size > 0);
      const isBusy = able.length > 0 && able.every(({ doing }) => doing !== null);
      if (isElsewhere(inWork.length === 0 && isBusy)) await warn(atOtherJobs(able));
      if (isStuck(inWork.length > 0 && inWork.every(isHeldTooLong))) await warn(unanswered(inWork));
    },
  };
}

/** It was handed out once more since its time was over, and nobody has taken that. */
function isHeldTooLong({ copies, held }: OpenPiece): boolean {
  return copies.length > held.size;
}

function takesNoPart(worker: string, why: string): Diagnostic {
  return {
    severity: "warning",
    code: "worker-refuses",
    at: { stage: "workers" },
    message: `worker ${worker} takes no part: ${why}`,
  };
}

function nobody(unable: number): Diagnostic {
  return {
    severity: "warning",
    code: "no-worker",
    at: { stage: "workers" },
    message: `no worker takes part yet${unable === 0 ? "" : `, and ${unable} cannot`}: waiting`,
    help: "start workers on this queue",
    command: "`reneg worker --queue URL`",
  };
}

function atOtherJobs(workers: readonly WorkerState[]): Diagnostic {
  const [first] = workers.flatMap(({ name, doing }) => (doing === null ? [] : `${name} at ${doing.job}`));
  return {
    severity: "warning",
    code: "workers-busy",
    at: { stage: "workers" },
    message: `all workers that could take part are at other jobs, ${first ?? ""}${workers.length > 1 ? ", …" : ""}: waiting`,
    help: "wait for them, or start another worker, on this machine, too",
    command: "`reneg queue --queue URL` shows who does what, `reneg worker --queue URL` starts one",
  };
}

function unanswered(pieces: readonly OpenPiece[]): Diagnostic {
  const waited = pieces.flatMap(({ held }) =>
    [...held].map(([copy, { worker, since }]) => `piece ${copy} at worker ${worker} since ${timeOf(since)}`),
  );
  return {
    severity: "warning",
    code: "piece-unanswered",
    at: { stage: "workers", part: pieces.map(({ asked }) => asked.name).join(", ") },
    message: `nothing has come of ${waited.join(", ")}, longer than usual, and nobody else is free to try: waiting`,
    help: "wait, if it may only be slow; or start another worker, on this machine, too: it tries at once. One that hangs can be killed",
    command: "`reneg worker --queue URL` starts one, `reneg queue --queue URL` shows who does what",
  };
}

/** As this machine's clock shows it. @param at `performance.now()` */
function timeOf(at: number): string {
  return new Date(performance.timeOrigin + at).toTimeString().slice(0, "00:00:00".length);
}

function refuseAlone(worker: string, why: string): never {
  refuse({
    code: "answer-unusable",
    at: { stage: "workers" },
    message: `the only worker that takes part is ${worker}, whose answer cannot be used: ${why}`,
    help: "if it is that machine, start a worker on another one; if it is the run, a smaller learning rate keeps numbers finite",
  });
}
