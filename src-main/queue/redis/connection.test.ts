import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { freePort, hasRedisServer, HERE, NO_REDIS, startRedis } from "../testing/redis-server.ts";
import { connectRedis } from "./connection.ts";

test("a server that is just starting is waited for, and that is no change that anybody hears of", async ({ skip }) => {
  skip(!hasRedisServer(), NO_REDIS);
  const port = await freePort();
  const heard: boolean[] = [];
  const connecting = connectRedis(`redis://127.0.0.1:${port}`, { onChange: (isAway) => heard.push(isAway) });
  await sleep(1000);
  const redis = await startRedis({ ...HERE, port });
  const connection = await connecting;
  expect(await connection.ping()).toBe("PONG");
  expect(heard).toEqual([]);
  connection.disconnect();
  await redis.stop();
});

test("where nobody is, it is told with the reason within seconds, and a second time as soon", async () => {
  const port = await freePort();
  for (const _ of [1, 2]) {
    const begin = performance.now();
    await expect(connectRedis(`redis://:SECRET@127.0.0.1:${port}`)).rejects.toThrow(
      new RegExp(`cannot be reached: connect ECONNREFUSED[^]*redis://127.0.0.1:${port}\\n`),
    );
    expect(performance.now() - begin).toBeLessThan(9000);
  }
});

test("a password that is wrong is told at once", async ({ skip }) => {
  skip(!hasRedisServer(), NO_REDIS);
  const redis = await startRedis();
  const owner = await connectRedis(redis.url);
  await owner.config("SET", "requirepass", "right");
  const begin = performance.now();
  for (const [url, why] of [
    [redis.url.replace("//", "//:wrong@"), /WRONGPASS/],
    [redis.url, /NOAUTH/],
  ] as const)
    await expect(connectRedis(url)).rejects.toThrow(why);
  expect(performance.now() - begin).toBeLessThan(2500);
  owner.disconnect();
  await redis.stop();
});
