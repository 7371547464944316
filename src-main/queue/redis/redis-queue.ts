// The queue on BullMQ over Redis or Valkey. BullMQ keeps order, locks and attempts of pieces; what it has no word for lies beside it.

import type { Redis } from "ioredis";
import { jsonOrNull } from "../../common/json-or-null.ts";
import { answer, pieceFailure } from "../../common/queue/piece.ts";
import { silentOver } from "../silent-over.ts";
import { MOST_ATTEMPTS, type PieceState, type WorkQueue } from "../work-queue.ts";
import { createBlobStore } from "./blob-store.ts";
import { type BullQueue, createBullQueues } from "./bull-queues.ts";
import { type BullJob, leaseOf, reportedOf } from "./lease.ts";
import { holderOf, lockToken } from "./lock-token.ts";
import { openNews } from "./news.ts";
import { createRegistry } from "./registry.ts";

/** Of all keys. */
const PREFIX = "reneg";
/** BullMQ takes a whole number for one that it has counted itself. */
const idOf = (piece: string): string => `p-${piece}`;

/** @param redis is closed with the queue */
export function createRedisQueue(redis: Redis): WorkQueue {
  const { tell, ...news } = openNews(redis, `${PREFIX}:news`);
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
      const found = await Promise.all(names.map((name) => queue.getJob(idOf(name))));
      const holders = await holdersOf(found, queue, redis);
      return new Map(names.map((name, i) => [name, stateOf(found[i], name, holders)]));
    },
    async drop(job, names) {
      const queue = bull.queueOf(job);
      const remove = (ids: readonly string[]): Promise<number[]> => Promise.all(ids.map((id) => queue.remove(id)));
      const ids = names.map(idOf);
      const removed = await remove(ids);
      // BullMQ keeps those that a worker has locked: it is to learn that they are its no longer.
      const locked = ids.filter((_, i) => removed[i] === 0);
      if (locked.length === 0) return;
      await redis.del(locked.map((id) => lockKeyOf(queue, id)));
      await remove(locked);
    },
    async askBack(job, names) {
      const asked = redis.multi();
      for (const name of names) asked.set(askedBackKeyOf(job, name), "1", "EX", ASKED_FOR_SECONDS);
      await asked.exec();
    },
    async take({ id, silenceMs }, worker) {
      const token = lockToken(worker);
      const taken = await bull.workerOf({ id, silenceMs }).getNextJob(token, { block: false });
      if (taken === undefined) return null;
      const isAskedBack = async (): Promise<boolean> => (await redis.exists(askedBackKeyOf(id, taken.name))) === 1;
      return leaseOf(taken, { token, job: id, silenceMs, worker, tell, isAskedBack });
    },
    async close() {
      news.close();
      await Promise.all(bull.opened().map(bull.closeJob));
      redis.disconnect();
    },
  };
}

/** Whoever still wants a piece back then takes it away. */
const ASKED_FOR_SECONDS = 3600;

function askedBackKeyOf(job: string, piece: string): string {
  return `${PREFIX}:asked-back:${job}:${piece}`;
}

/** As BullMQ calls it. */
function lockKeyOf(queue: BullQueue, id: string): string {
  return `${queue.toKey(id)}:lock`;
}

/** Who has locked which. BullMQ leaves its mark of a beginning on a piece that was given back, or whose worker fell silent: that one waits again. */
async function holdersOf(
  jobs: readonly (BullJob | undefined)[],
  queue: BullQueue,
  redis: Redis,
): Promise<ReadonlyMap<BullJob, string>> {
  const begun = jobs.flatMap((job) => (job?.processedOn !== undefined && job.finishedOn === undefined ? [job] : []));
  if (begun.length === 0) return new Map();
  const tokens = await redis.mget(begun.map(({ id = "" }) => lockKeyOf(queue, id)));
  return new Map(
    begun.flatMap((job, i) => {
      const token = tokens[i] ?? null;
      return token === null ? [] : [[job, holderOf(token)] as const];
    }),
  );
}

function stateOf(job: BullJob | undefined, name: string, holders: ReadonlyMap<BullJob, string>): PieceState {
  if (job === undefined) return { is: "missing" };
  const { progress, checkpoint } = reportedOf(job);
  if (job.finishedOn === undefined) {
    const worker = holders.get(job);
    if (worker === undefined) return { is: "waiting", checkpoint };
    // What one before it has told stays with the piece.
    return { is: "taken", worker, progress: progress?.worker === worker ? progress : undefined, checkpoint };
  }
  const given = answer.safeParse(job.returnvalue);
  if (given.success) return { is: "done", answer: given.data };
  const failure = pieceFailure.safeParse(jsonOrNull(job.failedReason ?? ""));
  return {
    is: "failed",
    failure: failure.success ? failure.data : silentOver(name, job.processedBy ?? "unknown"),
    checkpoint,
  };
}
