// Bytes by their hash in Redis. Each is kept for a while: whoever still needs it puts it again.

import type { Redis } from "ioredis";
import { refuse } from "../../common/diagnostic.ts";
import { hashOf } from "../sign.ts";
import { type BlobStore, QUEUE_FULL } from "../work-queue.ts";

const KEPT_SECONDS = 3600;
/** Redis takes no value of more than 512 MiB (`proto-max-bulk-len`), and does nothing else while it takes one: larger bytes are several parts, and how many. */
const PART_BYTES = 64 * 2 ** 20;

export function createBlobStore(redis: Redis, prefix: string, partBytes = PART_BYTES): BlobStore {
  const keyOf = (hash: string): string => `${prefix}:blob:${hash}`;
  const partsKeyOf = (hash: string): string => `${prefix}:blob-parts:${hash}`;

  async function partNames(key: string): Promise<string[]> {
    return namesOf(key, Number(await redis.get(key)));
  }
  /** Each command may be sent twice, when a connection is lost before its answer: the second changes nothing. */
  async function putParts(key: string, bytes: Buffer): Promise<void> {
    const names = namesOf(key, Math.ceil(bytes.length / partBytes));
    try {
      for (const [i, name] of names.entries()) {
        await redis.set(name, bytes.subarray(i * partBytes, (i + 1) * partBytes), "EX", KEPT_SECONDS);
      }
      // Last: what has a count is whole.
      await redis.set(key, names.length, "EX", KEPT_SECONDS);
    } catch (error) {
      await redis.del(names);
      throw error;
    }
  }
  async function getParts(key: string): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    for (const name of await partNames(key)) parts.push((await redis.getBuffer(name)) ?? Buffer.of());
    return parts.length === 0 ? null : Buffer.concat(parts);
  }
  /** @returns false: it is not there, or not whole */
  async function keepLonger(key: string, isLarge: boolean): Promise<boolean> {
    const names = [...(isLarge ? await partNames(key) : []), key];
    const kept = await Promise.all(names.map((name) => redis.expire(name, KEPT_SECONDS)));
    return kept.every((one) => one === 1);
  }
  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      const isLarge = bytes.byteLength > partBytes;
      const key = isLarge ? partsKeyOf(hash) : keyOf(hash);
      // What is there already is only kept for longer.
      if (await keepLonger(key, isLarge)) return hash;
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      try {
        await (isLarge ? putParts(key, buffer) : redis.set(key, buffer, "EX", KEPT_SECONDS));
      } catch (error) {
        refuseFull(error, bytes.byteLength);
      }
      return hash;
    },
    async get(hash) {
      const bytes = (await redis.getBuffer(keyOf(hash))) ?? (await getParts(partsKeyOf(hash)));
      return bytes === null || hashOf(bytes) !== hash ? null : bytes;
    },
    async drop(hashes) {
      if (hashes.length === 0) return;
      const keys = hashes.map(partsKeyOf);
      const [counts] = await Promise.all([redis.mget(keys), redis.del(hashes.map(keyOf))]);
      const large = keys.flatMap((key, i) => {
        const count = counts[i] ?? null;
        return count === null ? [] : [key, ...namesOf(key, Number(count))];
      });
      if (large.length > 0) await redis.del(large);
    },
  };
}

function namesOf(key: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${key}:${i}`);
}

/** @throws Refusal if Redis has said that its memory is short; any other error as it is */
function refuseFull(error: unknown, bytes: number): never {
  if (!(error instanceof Error && error.message.startsWith("OOM"))) throw error;
  return refuse({
    code: QUEUE_FULL,
    at: { stage: "queue" },
    message: `the queue has no room for ${Math.ceil(bytes / 2 ** 20)} MiB: ${error.message}`,
    help: "give Redis more memory (maxmemory), or do this run on one machine",
  });
}
