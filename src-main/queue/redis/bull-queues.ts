// A BullMQ queue for each job, so that a worker takes only pieces of jobs that it can do.

import { Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { JobTicket } from "../../common/queue/job.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { MOST_SILENCES } from "../work-queue.ts";

export type PieceData = Omit<Piece, "name">;
export type BullQueue = Queue<PieceData, unknown, string>;
export type BullWorker = Worker<PieceData, unknown, string>;

export interface BullQueues {
  readonly queueOf: (job: string) => BullQueue;
  /** Of a worker, and of a coordinator: each gives pieces of silent workers to others. */
  readonly workerOf: (job: Pick<JobTicket, "id" | "silenceMs">) => BullWorker;
  readonly opened: () => readonly string[];
  readonly closeJob: (job: string) => Promise<void>;
}

export function createBullQueues(redis: Redis, prefix: string): BullQueues {
  const queues = new Map<string, BullQueue>();
  const workers = new Map<string, BullWorker>();
  const options = { connection: redis, prefix };
  return {
    queueOf(job) {
      const found = queues.get(job);
      if (found !== undefined) return found;
      const queue: BullQueue = new Queue(job, options);
      queue.on("error", ignore);
      queues.set(job, queue);
      return queue;
    },
    workerOf({ id, silenceMs }) {
      const found = workers.get(id);
      if (found !== undefined) return found;
      const worker: BullWorker = new Worker(id, null, {
        ...options,
        autorun: false,
        lockDuration: silenceMs,
        stalledInterval: Math.max(1000, Math.round(silenceMs / 2)),
        maxStalledCount: MOST_SILENCES,
      });
      worker.on("error", ignore);
      workers.set(id, worker);
      void worker.startStalledCheckTimer();
      return worker;
    },
    opened: () => [...new Set([...queues.keys(), ...workers.keys()])],
    async closeJob(job) {
      const [worker, queue] = [workers.get(job), queues.get(job)];
      workers.delete(job);
      queues.delete(job);
      await worker?.close(true);
      await queue?.close();
    },
  };
}

/** The connection tells its faults itself. */
const ignore = (): void => undefined;
