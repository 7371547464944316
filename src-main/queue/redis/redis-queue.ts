// The queue on BullMQ over Redis or Valkey. BullMQ keeps order, locks and attempts of pieces; what it has no word for lies beside it.

import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { jsonOrNull } from "../../common/json-or-null.ts";
import { answer, pieceFailure } from "../../common/queue/piece.ts";
import { silentOver } from "../silent-over.ts";
import { MOST_ATTEMPTS, type PieceState, type WorkQueue } from "../work-queue.ts";
import { createBlobStore } from "./blob-store.ts";
import { createBullQueues } from "./bull-queues.ts";
import { type BullJob, leaseOf } from "./lease.ts";
import { openNews } from "./news.ts";
import { createRegistry } from "./registry.ts";

/** Of all keys. */
const PREFIX = "reneg";
/** BullMQ takes a whole number for one that it has counted itself. */
const idOf = (piece: string): string => `p-${piece}`;

/** @param redis is closed with the queue */
export async function createRedisQueue(redis: Redis): Promise<WorkQueue> {
  const { tell, ...news } = await openNews(redis, `${PREFIX}:news`);
  const registry = createRegistry(redis, PREFIX);
  const bull = createBullQueues(redis, PREFIX);
  return {
    ...registry,
    blobs: createBlobStore(redis, PREFIX),
    onNews: news.onNews,
    async announce(job) {
      await registry.announce(job);
      bull.workerOf(job);
    },
    async withdraw(job) {
      await registry.forget(job);
      await bull.queueOf(job).obliterate({ force: true });
      await bull.closeJob(job);
    },
    async jobs() {
      const found = await registry.jobs();
      const gone = bull.opened().filter((job) => !found.some(({ id }) => id === job));
      await Promise.all(gone.map(bull.closeJob));
      return found;
    },
    async countPieces(job) {
      const counts = await bull.queueOf(job).getJobCounts("wait", "active", "completed", "failed");
      const count = (name: string): number => counts[name] ?? 0;
      return { waiting: count("wait"), taken: count("active"), done: count("completed"), failed: count("failed") };
    },
    async submit(job, pieces) {
      const opts = { attempts: MOST_ATTEMPTS };
      const bulk = pieces.map(({ name, ...data }) => ({ name, data, opts: { ...opts, jobId: idOf(name) } }));
      await bull.queueOf(job).addBulk(bulk);
      await tell({ what: "submitted", job });
    },
    async look(job, names) {
      const queue = bull.queueOf(job);
      return new Map(
        await Promise.all(names.map(async (name) => [name, stateOf(await queue.getJob(idOf(name)), name)] as const)),
      );
    },
    async drop(job, names) {
      // One that is locked by a worker goes when the job does.
      await Promise.all(names.map((name) => bull.queueOf(job).remove(idOf(name))));
    },
    async take({ id, silenceMs }, worker) {
      const token = `${worker}-${randomUUID()}`;
      const taken = await bull.workerOf({ id, silenceMs }).getNextJob(token, { block: false });
      return taken === undefined ? null : leaseOf(taken, { token, job: id, silenceMs, worker, tell });
    },
    async close() {
      news.close();
      await Promise.all(bull.opened().map(bull.closeJob));
      redis.disconnect();
    },
  };
}

function stateOf(job: BullJob | undefined, name: string): PieceState {
  if (job === undefined) return { is: "missing" };
  if (job.finishedOn === undefined) return { is: job.processedOn === undefined ? "waiting" : "taken" };
  const given = answer.safeParse(job.returnvalue);
  if (given.success) return { is: "done", answer: given.data };
  const failure = pieceFailure.safeParse(jsonOrNull(job.failedReason ?? ""));
  return { is: "failed", failure: failure.success ? failure.data : silentOver(name, job.processedBy ?? "unknown") };
}
