// Bytes by their hash in Redis. Each is kept for a while: whoever still needs it puts it again.

import type { Redis } from "ioredis";
import { hashOf } from "../sign.ts";
import type { BlobStore } from "../work-queue.ts";

const KEPT_SECONDS = 3600;

export function createBlobStore(redis: Redis, prefix: string): BlobStore {
  const keyOf = (hash: string): string => `${prefix}:blob:${hash}`;
  return {
    async put(bytes) {
      const hash = hashOf(bytes);
      // What is there already is only kept for longer.
      if ((await redis.expire(keyOf(hash), KEPT_SECONDS)) === 0)
        await redis.set(keyOf(hash), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), "EX", KEPT_SECONDS);
      return hash;
    },
    async get(hash) {
      const bytes = await redis.getBuffer(keyOf(hash));
      return bytes === null || hashOf(bytes) !== hash ? null : bytes;
    },
    async drop(hashes) {
      if (hashes.length > 0) await redis.del(...hashes.map(keyOf));
    },
  };
}
