// Hands the runs that workers are to do to their queue, all that wait together, and tells what becomes of each.

import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../common/api.ts";
import { isCancelled, Refusal, refuse } from "../common/diagnostic.ts";
import { explainFault } from "../common/explain-fault.ts";
import type { HandedRunEvent } from "../common/queue/handed-runs.ts";
import { addressOf } from "../common/queue/queue-address.ts";
import type { Job } from "../common/studio/job.ts";
import { type CrewTeller, createCrewTeller } from "./crew-teller.ts";
import type { EventOptions } from "./job-events.ts";
import type { QueuePlace } from "./queue-setting.ts";

export interface CrewOptions {
  /** Of a process that nothing else keeps busy. */
  readonly api: Pick<ApiClient, "trainRuns" | "dropRun">;
  /** `null`: none is set. */
  readonly place: () => QueuePlace | null;
}

export interface CrewRunner {
  /** Hands out all that wait for workers. */
  readonly startNext: () => void;
  /** Takes a run back: paused when its worker has handed over what there is of it, stopped at once. */
  readonly endEarly: (run: string, becomes: "paused" | "stopped") => void;
  /** Takes all back, and resolves when they are; nothing is handed out any more. */
  readonly close: () => Promise<void>;
}

/** What was handed out in one call. */
interface Batch {
  readonly abort: AbortController;
  /** Runs of which nothing has come yet. */
  readonly open: Set<string>;
  ended: Promise<void>;
}

/** Between two tries to take a run back that is not handed out yet. */
const TRIED_EVERY_MS = 500;

export function createCrewRunner(options: EventOptions & { readonly crew: CrewOptions }): CrewRunner {
  const { home, table, crew } = options;
  const batches = new Set<Batch>();
  let isClosed = false;
  const folderOf = (run: string): string => join(home.runs, run);
  const teller = createCrewTeller(options);
  const { log, settleUndone } = teller;
  const batchOf = (run: string): Batch | undefined => [...batches].find(({ open }) => open.has(run));

  function startNext(): void {
    if (isClosed) return;
    const waiting = table
      .list()
      .filter(({ run, state, workers }) => state === "queued" && workers !== null && batchOf(run) === undefined);
    // Those of one sweep are one job of the queue.
    const together = Map.groupBy(waiting, ({ run, sweep, workers }) =>
      JSON.stringify([sweep?.id ?? run, workers?.device, workers?.images]),
    );
    for (const jobs of together.values()) begin(jobs);
  }

  function begin(jobs: readonly Job[]): void {
    const batch: Batch = {
      abort: new AbortController(),
      open: new Set(jobs.map(({ run }) => run)),
      ended: Promise.resolve(),
    };
    batches.add(batch);
    batch.ended = handOut(jobs, batch);
  }

  async function handOut(jobs: readonly Job[], batch: Batch): Promise<void> {
    const [first] = jobs;
    let rest: Partial<Job> = { state: "paused" };
    try {
      if (first === undefined || first.workers === null) throw new Error("nothing is to be handed out");
      const { device, images } = first.workers;
      const { address, token } = crew.place() ?? refuseUnset();
      for (const { run } of jobs) log(run, `Waits for a worker of ${addressOf(address)}`);
      await crew.api.trainRuns(
        {
          prepared: jobs.map(({ run }) => folderOf(run)),
          title: first.sweep?.name ?? first.name,
          workers: { queue: address, token, device },
          images,
        },
        { signal: batch.abort.signal, onEvent: (event) => hear(event, batch, teller) },
      );
    } catch (error) {
      const diagnostics = explainFault(error, { part: first?.name ?? "workers" });
      if (!isCancelled(diagnostics)) rest = { state: "failed", diagnostics: [...diagnostics] };
    }
    batches.delete(batch);
    for (const run of batch.open) settleUndone(run, rest);
    options.publish({ type: "library" });
    startNext();
  }

  return {
    startNext,
    endEarly(run, becomes) {
      const batch = batchOf(run);
      if (batch === undefined) return settleUndone(run, { state: becomes });
      const keep = becomes === "paused" && table.find(run)?.state === "running";
      if (keep) table.settle(run, { state: "stopping" });
      else {
        batch.open.delete(run);
        settleUndone(run, { state: becomes });
      }
      void takeBack({ api: crew.api, folder: folderOf(run), keep, isOver: () => !batches.has(batch) });
    },
    async close() {
      isClosed = true;
      const all = [...batches];
      for (const { abort } of all) abort.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

interface TakingBack extends Pick<CrewOptions, "api"> {
  readonly folder: string;
  /** Whether its worker first hands over what there is of it. */
  readonly keep: boolean;
  /** Whether its batch has ended, and there is nothing to take back. */
  readonly isOver: () => boolean;
}

async function takeBack({ api, folder, keep, isOver }: TakingBack): Promise<void> {
  try {
    // The engine may still be about to hand it out.
    while (!isOver() && !(await api.dropRun({ run: folder, keep })).isDropped) await sleep(TRIED_EVERY_MS);
  } catch (error) {
    // The batch ends with the engine.
    if (!(error instanceof Refusal)) throw error;
  }
}

/** What comes of a run that was taken back meanwhile is not told. */
function hear(event: HandedRunEvent, { open }: Batch, teller: CrewTeller): void {
  if (event.type === "warning") {
    for (const run of open) teller.warn(run, event.diagnostic);
    return;
  }
  const run = basename(event.run);
  if (!open.has(run)) return;
  if (event.type === "work") {
    if (teller.follow(run, event.progress)) for (const other of open) teller.forgetNobody(other);
    return;
  }
  open.delete(run);
  if (event.type === "paused") teller.settlePaused(run);
  else if (event.type === "failed") teller.settleUndone(run, { state: "failed", diagnostics: [...event.diagnostics] });
  else teller.settleDone(run, event.worker, event.seconds);
}

function refuseUnset(): never {
  refuse({
    code: "queue-unset",
    at: { stage: "workers" },
    message: "no queue of workers is set any more",
    help: "set its address, and resume the run",
    action: "resume",
  });
}
