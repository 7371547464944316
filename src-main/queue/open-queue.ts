// The queue at an address. Only who asks for one loads what speaks to Redis.

import type { Diagnostic } from "../common/diagnostic.ts";
import { addressOf } from "../common/queue/queue-address.ts";
import type { WorkQueue } from "./work-queue.ts";

/** @param warn hears that the queue is away, and that it is back @throws Refusal if it cannot be reached */
export async function openQueue(url: string, warn: (diagnostic: Diagnostic) => void): Promise<WorkQueue> {
  const address = addressOf(url);
  const { connectRedis } = await import("./redis/connection.ts");
  const { createRedisQueue } = await import("./redis/redis-queue.ts");
  const onChange = (isAway: boolean, why: string): void => {
    const at = { stage: "queue", part: address };
    if (!isAway) warn({ severity: "warning", code: "queue-back", at, message: "the queue is back" });
    else {
      const message = `the queue is away: ${why}`;
      warn({ severity: "warning", code: "queue-away", at, message, help: "all goes on when it is back" });
    }
  };
  return createRedisQueue(await connectRedis(url, { onChange }));
}
