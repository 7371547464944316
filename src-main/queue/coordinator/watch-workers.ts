// Tells why nothing goes on: nobody is there, or nobody who can.

import { type Diagnostic, refuse } from "../../common/diagnostic.ts";
import type { JobTicket } from "../../common/queue/job.ts";
import { untilAborted } from "../until-aborted.ts";
import type { WorkQueue } from "../work-queue.ts";

interface Options {
  readonly queue: WorkQueue;
  readonly ticket: () => JobTicket;
  readonly warn: (diagnostic: Diagnostic) => Promise<void>;
  readonly signal: AbortSignal;
}

/** So long nobody may be there before it is told: workers come and go. */
const TOLD_AFTER_MS = 5000;

export function watchWorkers({ queue, ticket, warn, signal }: Options) {
  let idleSince: number | null = null;
  const told = new Set<string>();
  const tellOnce = async (diagnostic: Diagnostic): Promise<void> => {
    if (told.has(diagnostic.message)) return;
    told.add(diagnostic.message);
    await warn(diagnostic);
  };
  return {
    /** @throws Refusal if all who could take part have been dismissed */
    async check(): Promise<void> {
      const { id, banned } = ticket();
      const [workers, refusals] = await untilAborted(signal, Promise.all([queue.workers(), queue.refusals(id)]));
      for (const { worker, why } of refusals)
        if (!Object.hasOwn(banned, worker)) await tellOnce(takesNoPart(worker, why));
      const unable = new Set(refusals.map(({ worker }) => worker));
      if (workers.some(({ name }) => !unable.has(name) && !Object.hasOwn(banned, name))) {
        idleSince = null;
        return;
      }
      const [dismissed] = workers.flatMap(({ name }) => (Object.hasOwn(banned, name) ? [name] : []));
      if (dismissed !== undefined) refuseAlone(dismissed, banned[dismissed] ?? "");
      idleSince ??= performance.now();
      if (performance.now() - idleSince > TOLD_AFTER_MS) await tellOnce(nobody(workers.length));
    },
  };
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

function refuseAlone(worker: string, why: string): never {
  refuse({
    code: "answer-unusable",
    at: { stage: "workers" },
    message: `the only worker that takes part is ${worker}, whose answer cannot be used: ${why}`,
    help: "if it is that machine, start a worker on another one; if it is the run, a smaller learning rate keeps numbers finite",
  });
}
