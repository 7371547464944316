// Bytes by their hash in Redis. Each is kept for a while: whoever still needs it puts it again.

import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { refuse } from "../../common/diagnostic.ts";
import { hashOf } from "../sign.ts";
import { type BlobStore, QUEUE_FULL } from "../work-queue.ts";

const KEPT_SECONDS = 3600;
/** Redis takes no value of more than 512 MiB (`proto-max-bulk-len`), and does nothing else while it takes one: larger bytes are a list of parts. */
const PART_BYTES = 64 * 2 ** 20;

export function createBlobStore(redis: Redis, prefix: string, partBytes = PART_BYTES): BlobStore {
  const keyOf = (hash: string): string => `${prefix}:blob:${hash}`;
  const partsKeyOf = (hash: string): string => `${prefix}:blob-parts:${hash}`;

  async function putParts(key: string, bytes: Buffer): Promise<void> {
    // It gets its name when it is whole.
    const growing = `${key}:${randomUUID()}`;
    try {
      for (let begin = 0; begin < bytes.length; begin += partBytes) {
        await redis.rpush(growing, bytes.subarray(begin, begin + partBytes));
        await redis.expire(growing, KEPT_SECONDS);
      }
      await redis.rename(growing, key);
    } catch (error) {
      await redis.del(growing);
      throw error;
    }
  }
  async function getParts(key: string): Promise<Buffer | null> {
    const count = await redis.llen(key);
    const parts: Buffer[] = [];
    for (let i = 0; i < count; i++) parts.push((await redis.lindexBuffer(key, i)) ?? Buffer.of());
    return count === 0 ? null : Buffer.concat(parts);
  }
  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      const isLarge = bytes.byteLength > partBytes;
      const key = isLarge ? partsKeyOf(hash) : keyOf(hash);
      // What is there already is only kept for longer.
      if ((await redis.expire(key, KEPT_SECONDS)) === 1) return hash;
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
      if (hashes.length > 0) await redis.del(...hashes.map(keyOf), ...hashes.map(partsKeyOf));
    },
  };
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
