// What is announced in Redis: jobs, workers, and why workers take no part. All of it is forgotten unless it is told again.

import type { Redis } from "ioredis";
import type { z } from "zod";
import { jsonOrNull } from "../../common/json-or-null.ts";
import { jobRefusal, jobTicket, type JobTicket, workerState, type WorkerState } from "../../common/queue/job.ts";
import { FORGOTTEN_AFTER_MS, type WorkQueue } from "../work-queue.ts";

type Registry = Pick<
  WorkQueue,
  "announce" | "jobs" | "refuse" | "refusals" | "tellWorker" | "leave" | "workers" | "silentSeconds"
> & {
  readonly forget: (job: string) => Promise<void>;
};

export function createRegistry(redis: Redis, prefix: string): Registry {
  const tickets = createList<JobTicket>(redis, `${prefix}:ticket`, jobTicket);
  const workers = createList<WorkerState>(redis, `${prefix}:worker`, workerState);
  const refusalsOf = (job: string): string => `${prefix}:refusals:${job}`;
  return {
    announce: (job) => tickets.tell(job.id, job),
    jobs: () => tickets.all(),
    async forget(job) {
      await tickets.forget(job);
      await redis.del(refusalsOf(job));
    },
    async refuse(job, { worker, why }) {
      const key = refusalsOf(job);
      await redis.multi().hset(key, worker, why).pexpire(key, FORGOTTEN_AFTER_MS).exec();
    },
    async refusals(job) {
      const found = await redis.hgetall(refusalsOf(job));
      return Object.entries(found).map(([worker, why]) => jobRefusal.parse({ worker, why }));
    },
    tellWorker: (worker) => workers.tell(worker.name, worker),
    leave: (worker) => workers.forget(worker),
    workers: () => workers.all(),
    silentSeconds: async (worker) => (await workers.silentMs(worker)) / 1000,
  };
}

/** Entries that expire, each under a key of its own, and a set of their names. */
function createList<Entry>(redis: Redis, prefix: string, schema: z.ZodType<Entry>) {
  const keyOf = (name: string): string => `${prefix}:${name}`;
  const names = `${prefix}s`;
  return {
    async tell(name: string, entry: Entry): Promise<void> {
      await redis.multi().set(keyOf(name), JSON.stringify(entry), "PX", FORGOTTEN_AFTER_MS).sadd(names, name).exec();
    },
    async forget(name: string): Promise<void> {
      await redis.multi().del(keyOf(name)).srem(names, name).exec();
    },
    /** Since it was last told. */
    async silentMs(name: string): Promise<number> {
      const left = await redis.pttl(keyOf(name));
      return FORGOTTEN_AFTER_MS - Math.max(0, left);
    },
    async all(): Promise<readonly Entry[]> {
      const listed = (await redis.smembers(names)).toSorted();
      if (listed.length === 0) return [];
      const texts = await redis.mget(...listed.map(keyOf));
      return texts.flatMap((text) => schema.safeParse(jsonOrNull(text ?? "")).data ?? []);
    },
  };
}
