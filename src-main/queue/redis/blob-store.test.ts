import type { Redis } from "ioredis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { hashOf } from "../sign.ts";
import { hasRedisServer, NO_REDIS, startRedis, type TestRedis } from "../testing/redis-server.ts";
import { createBlobStore } from "./blob-store.ts";
import { connectRedis } from "./connection.ts";

let server: TestRedis;
let redis: Redis;
beforeEach(async ({ skip }) => {
  skip(!hasRedisServer(), NO_REDIS);
  server = await startRedis();
  redis = await connectRedis(server.url);
});
afterEach(async () => {
  redis?.disconnect();
  await server?.stop();
});

test("bytes that are larger than what Redis takes at a time are kept in parts, and come back whole", async () => {
  await redis.config("SET", "proto-max-bulk-len", `${2 ** 20}`);
  const store = createBlobStore(redis, "test", 2 ** 19);
  for (const length of [0, 1000, 2 ** 19, 2 ** 19 + 1, 2 ** 21 + 5]) {
    const bytes = new Uint8Array(length).map((_, i) => i % 251);
    const hash = await store.put(bytes);
    expect(await store.put(bytes)).toBe(hash);
    expect(hash).toBe(hashOf(bytes));
    expect(Buffer.compare((await store.get(hash)) ?? Buffer.from("missing"), bytes)).toBe(0);
    for (const key of await redis.keys("*")) expect(await redis.ttl(key)).toBeGreaterThan(3000);
    await store.drop([hash]);
    expect(await redis.keys("*")).toEqual([]);
  }
});

test("bytes of which Redis has lost a part are missing, and whole when they are put again", async () => {
  const store = createBlobStore(redis, "test", 1000);
  const bytes = new Uint8Array(2500).map((_, i) => i % 251);
  const hash = await store.put(bytes);
  await redis.del(`test:blob-parts:${hash}:1`);
  expect(await store.get(hash)).toBeNull();
  await store.put(bytes);
  expect(Buffer.compare((await store.get(hash)) ?? Buffer.from("missing"), bytes)).toBe(0);
});

test("bytes for which Redis has no room are refused with their size and the way out, and nothing of them stays", async () => {
  await redis.config("SET", "maxmemory", "8mb");
  const store = createBlobStore(redis, "test", 2 ** 20);
  const put = store.put(new Uint8Array(2 ** 25));
  await expect(put).rejects.toBeInstanceOf(Refusal);
  await expect(put).rejects.toThrow(/no room for 32 MiB: OOM[\s\S]*maxmemory/);
  expect(await redis.keys("*")).toEqual([]);
  const hash = await store.put(new Uint8Array(1000));
  expect(await store.get(hash)).toHaveLength(1000);
});
