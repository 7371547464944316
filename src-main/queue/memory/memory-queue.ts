// The queue of one process: what needs no other machine runs on the same pieces.

import type { JobRefusal, JobTicket, WorkerState } from "../../common/queue/job.ts";
import type { BlobHash } from "../../common/queue/piece.ts";
import { hashOf } from "../sign.ts";
import { type BlobStore, FORGOTTEN_AFTER_MS, type News, type WorkQueue } from "../work-queue.ts";
import { createMemoryPieces, type MemoryPieces } from "./memory-pieces.ts";

interface Job {
  ticket: JobTicket;
  until: number;
  readonly pieces: MemoryPieces;
  readonly refusals: Map<string, JobRefusal>;
}

/** @param now milliseconds on any clock that only goes forward */
export function createMemoryQueue(now: () => number = () => performance.now()): WorkQueue {
  const jobs = new Map<string, Job>();
  const listeners = { submitted: new Set<(news: News) => void>(), ended: new Set<(news: News) => void>() };
  const tell = (news: News): void => listeners[news.what].forEach((listener) => listener(news));
  const known = (id: string): Job | undefined => {
    const job = jobs.get(id);
    if (job !== undefined && job.until < now()) jobs.delete(id);
    return jobs.get(id);
  };
  return {
    ...createWorkerList(now),
    blobs: createMemoryBlobs(),
    async announce(ticket) {
      const { id, silenceMs } = ticket;
      const pieces = known(id)?.pieces ?? createMemoryPieces({ job: id, silenceMs, now, tell });
      jobs.set(id, { ticket, until: now() + FORGOTTEN_AFTER_MS, pieces, refusals: known(id)?.refusals ?? new Map() });
    },
    withdraw: async (id) => void jobs.delete(id),
    jobs: async () => [...jobs.keys()].flatMap((id) => known(id)?.ticket ?? []),
    async countPieces(id) {
      const counts = { waiting: 0, taken: 0, done: 0, failed: 0 };
      for (const { is } of known(id)?.pieces.states() ?? []) if (is !== "missing") counts[is] += 1;
      return counts;
    },
    async submit(id, pieces) {
      for (const piece of pieces) known(id)?.pieces.submit(piece);
      tell({ what: "submitted", job: id });
    },
    async look(id, names) {
      const job = known(id);
      return new Map(names.map((name) => [name, job?.pieces.stateOf(name) ?? { is: "missing" }]));
    },
    async drop(id, names) {
      for (const name of names) known(id)?.pieces.drop(name);
    },
    async askBack(id, names) {
      for (const name of names) known(id)?.pieces.askBack(name);
    },
    take: async ({ id }, worker) => known(id)?.pieces.take(worker) ?? null,
    refuse: async (id, refusal) => void known(id)?.refusals.set(refusal.worker, refusal),
    refusals: async (id) => [...(known(id)?.refusals.values() ?? [])],
    onNews(what, listener) {
      listeners[what].add(listener);
      return () => void listeners[what].delete(listener);
    },
    close: async () => Object.values(listeners).forEach((all) => all.clear()),
  };
}

function createWorkerList(now: () => number): Pick<WorkQueue, "tellWorker" | "leave" | "workers" | "silentSeconds"> {
  const workers = new Map<string, { readonly state: WorkerState; readonly until: number }>();
  return {
    async tellWorker(state) {
      workers.set(state.name, { state, until: now() + FORGOTTEN_AFTER_MS });
    },
    leave: async (worker) => void workers.delete(worker),
    async silentSeconds(worker) {
      const until = workers.get(worker)?.until ?? now();
      return Math.max(0, now() + FORGOTTEN_AFTER_MS - until) / 1000;
    },
    async workers() {
      return [...workers.values()].flatMap(({ state, until }) => (until > now() ? [state] : []));
    },
  };
}

function createMemoryBlobs(): BlobStore {
  const blobs = new Map<BlobHash, Uint8Array>();
  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      blobs.set(hash, bytes);
      return hash;
    },
    get: async (hash) => blobs.get(hash) ?? null,
    drop: async (hashes) => hashes.forEach((hash) => blobs.delete(hash)),
  };
}
