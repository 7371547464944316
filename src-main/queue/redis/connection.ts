// The connection to Redis or Valkey: it waits for one that is away, and says so.

import { Redis } from "ioredis";
import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";
import { addressOf } from "../../common/queue/queue-address.ts";
import { reasonOf } from "./reason-of.ts";

export interface ConnectionOptions {
  /** Hears that the server is away, and that it is back; not of the first connection. */
  readonly onChange?: (isAway: boolean, why: string) => void;
}

const FIRST_CONNECTION_MS = 10_000;
/** A server that refuses is tried again for so long: it may just be starting. */
const REFUSED_FOR_MS = 3000;
/** Between two tries to connect again. */
const MOST_WAIT_MS = 2000;

/**
 * @param url `redis://` or, with TLS, `rediss://`, with user, password and number of the database where there are
 * @throws Refusal if it is no such address, or nobody answers there
 */
export async function connectRedis(url: string, { onChange }: ConnectionOptions = {}): Promise<Redis> {
  const address = addressOf(url);
  let last = "it does not answer";
  const { promise: refused, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new Refusal([unreachable(address, last)]));
  const redis = new Redis(url, {
    // Commands wait for a server that is away.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(50 * 2 ** times, MOST_WAIT_MS),
    lazyConnect: true,
  });
  let isReady = false;
  let isAway = false;
  let refusedSince: number | null = null;
  redis.on("error", ({ message }: Error) => {
    last = reasonOf(message);
    refusedSince ??= performance.now();
    if (isFinal(last) || performance.now() - refusedSince > REFUSED_FOR_MS) giveUp();
  });
  // Of a connection that was lost, not of one that is closed.
  redis.on("reconnecting", () => {
    if (!isReady || isAway) return;
    isAway = true;
    onChange?.(true, last);
  });
  redis.on("ready", () => {
    isReady = true;
    if (isAway) onChange?.(false, "");
    isAway = false;
  });
  const timer = setTimeout(giveUp, FIRST_CONNECTION_MS);
  try {
    // A first try that fails is told by "error", and followed by others.
    redis.connect().catch(() => undefined);
    await Promise.race([redis.ping(), refused]);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error instanceof Error && !(error instanceof Refusal)
      ? new Refusal([unreachable(address, reasonOf(error.message))])
      : error;
  } finally {
    clearTimeout(timer);
    // Nobody waits for it any more.
    refused.catch(() => undefined);
  }
}

/** Of a password or a certificate: the next try fares no better. */
function isFinal(reason: string): boolean {
  return /^(?:WRONGPASS|NOAUTH|NOPERM)\b|certificate/.test(reason);
}

function unreachable(address: string, why: string): Diagnostic {
  return {
    severity: "error",
    code: "queue-unreachable",
    at: { stage: "queue", part: address },
    message: `the queue cannot be reached: ${why}`,
    help: "check that Redis or Valkey runs there, its password, and the firewall between; docs/scale.md shows how it is set up",
  };
}
