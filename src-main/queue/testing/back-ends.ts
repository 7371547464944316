// Both back ends of the queue, for tests that hold for either.

import { createMemoryQueue } from "../memory/memory-queue.ts";
import { connectRedis } from "../redis/connection.ts";
import { createRedisQueue } from "../redis/redis-queue.ts";
import type { WorkQueue } from "../work-queue.ts";
import { hasRedisServer, NO_REDIS, startRedis, type TestRedis } from "./redis-server.ts";

export interface BackEnd {
  /** The same queue as another process sees it. */
  readonly open: () => Promise<WorkQueue>;
  readonly close: () => Promise<void>;
  readonly redis?: TestRedis;
}

export interface NamedBackEnd {
  readonly name: string;
  /** Why it cannot be had here. */
  readonly missing: string | null;
  readonly start: () => Promise<BackEnd>;
}

const inProcess: NamedBackEnd = {
  name: "in this process",
  missing: null,
  async start() {
    const queue = createMemoryQueue();
    return { open: async () => queue, close: () => queue.close() };
  },
};

const onRedis: NamedBackEnd = {
  name: "on Redis",
  missing: hasRedisServer() ? null : NO_REDIS,
  async start() {
    const redis = await startRedis();
    const opened: WorkQueue[] = [];
    return {
      redis,
      async open() {
        const queue = createRedisQueue(await connectRedis(redis.url));
        opened.push(queue);
        return queue;
      },
      async close() {
        await Promise.all(opened.map((queue) => queue.close()));
        await redis.stop();
      },
    };
  },
};

export const BACK_ENDS: readonly NamedBackEnd[] = [inProcess, onRedis];
