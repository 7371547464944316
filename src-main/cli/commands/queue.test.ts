import { afterAll, beforeAll, expect, test } from "vitest";
import { queueReport } from "../../common/queue/job.ts";
import { connectRedis } from "../../queue/redis/connection.ts";
import { createRedisQueue } from "../../queue/redis/redis-queue.ts";
import { hasRedisServer, NO_REDIS, startRedis, type TestRedis } from "../../queue/testing/redis-server.ts";
import { smallJob, smallPiece, smallWorker } from "../../queue/testing/small-job.ts";
import type { WorkQueue } from "../../queue/work-queue.ts";
import { reneg, renegWith } from "../testing/run-reneg.ts";
import { printQueue } from "./queue.ts";

let redis: TestRedis | null = null;
let queue: WorkQueue | null = null;
beforeAll(async () => {
  if (!hasRedisServer()) return;
  redis = await startRedis();
  queue = createRedisQueue(await connectRedis(redis.url));
});
afterAll(async () => {
  await queue?.close();
  await redis?.stop();
});

test("jobs and workers are printed with what they do, how fast, and who takes no part and why", () => {
  const { signature: _signature, ...job } = smallJob({ title: "recipe", banned: { sick: "it answered NaN" } });
  const printed = printQueue({
    jobs: [
      {
        ...job,
        pieces: { waiting: 3, taken: 1, done: 20, failed: 0 },
        refusals: [{ worker: "old", why: "it is of version 0, and the job of 1" }],
      },
    ],
    workers: [
      {
        ...smallWorker("gpu-1", { doing: { job: "recipe", piece: "2.u.0" }, done: 20, seconds: 600, busySeconds: 570 }),
        silentSeconds: 4,
      },
      { ...smallWorker("gpu-2", { failed: 1 }), silentSeconds: 31 },
    ],
  });
  expect(printed).toMatchInlineSnapshot(`
    "1 job
      recipe (sweep, cpu): 3 waiting, 1 in work, 20 done, 0 failed
        old takes no part: it is of version 0, and the job of 1
        sick is asked no more: it answered NaN
    2 workers
      gpu-1 (cpu, 0 models, version 1, here for 10:00, heard of 0:04 ago): at recipe, piece 2.u.0; 20 pieces done, 0 failed, 2.0 a minute, 95 % busy
      gpu-2 (cpu, 0 models, version 1, here for 0:00, heard of 0:31 ago): idle; 0 pieces done, 1 failed, 0.0 a minute, 0 % busy"
  `);
});

test("an empty queue says so", () => {
  expect(printQueue({ jobs: [], workers: [] })).toBe("0 jobs\n0 workers");
});

test("what lies on a Redis is told, for people and as JSON", async ({ skip }) => {
  if (redis === null || queue === null) return skip(NO_REDIS);
  // Longer than the commands that look need to start: its piece is held all the while.
  const job = smallJob({ title: "recipe", silenceMs: 60_000 });
  await queue.announce(job);
  await queue.submit(job.id, [smallPiece("a", "", job.id), smallPiece("b", "", job.id)]);
  await queue.take(job, "gpu-1");
  await queue.tellWorker(smallWorker("gpu-1", { doing: { job: "recipe", piece: "a" } }));
  await queue.refuse(job.id, { worker: "old", why: "it is of version 0, and the job of 1" });
  const told = await reneg("queue", "--queue", redis.url, "--json");
  expect({ code: told.code, stderr: told.stderr }).toEqual({ code: 0, stderr: "" });
  const { signature, ...ticket } = job;
  expect(queueReport.parse(JSON.parse(told.stdout))).toEqual({
    jobs: [
      {
        ...ticket,
        pieces: { waiting: 1, taken: 1, done: 0, failed: 0 },
        refusals: [{ worker: "old", why: "it is of version 0, and the job of 1" }],
      },
    ],
    workers: [{ ...smallWorker("gpu-1", { doing: { job: "recipe", piece: "a" } }), silentSeconds: expect.any(Number) }],
  });
  // Whoever reads it must not come to know what the token has made.
  expect(told.stdout).not.toContain(signature);
  const printed = await renegWith({ RENEG_QUEUE: redis.url }, "queue");
  expect(printed).toMatchObject({ code: 0, stderr: "" });
  expect(printed.stdout).toContain("recipe (sweep, cpu): 1 waiting, 1 in work, 0 done, 0 failed");
  expect(printed.stdout).toContain("old takes no part: it is of version 0, and the job of 1");
  await queue.withdraw(job.id);
  await queue.leave("gpu-1");
  expect((await reneg("queue", "--queue", redis.url)).stdout).toBe("0 jobs\n0 workers\n");
});

test("without an address, or with one of something else, it is wrong use", async () => {
  const without = await reneg("queue");
  expect(without).toMatchObject({ code: 2, stdout: "" });
  expect(without.stderr).toContain("no queue is named");
  expect(without.stderr).toContain("RENEG_QUEUE");
  const other = await reneg("queue", "--queue", "http://:SECRET@queue.example");
  expect(other).toMatchObject({ code: 2, stdout: "" });
  expect(other.stderr).toContain("this is not the address of a queue");
  expect(other.stderr).not.toContain("SECRET");
});

test("a queue at which nobody answers is a failure that does not tell the password", async () => {
  const { code, stdout, stderr } = await reneg("queue", "--queue", "redis://:SECRET@127.0.0.1:1");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("redis://127.0.0.1:1");
  expect(stderr).toMatch(/the queue cannot be reached: .*ECONNREFUSED/);
  expect(stderr).not.toContain("SECRET");
  const json = await reneg("queue", "--json", "--queue", "redis://:SECRET@127.0.0.1:1");
  expect(JSON.parse(json.stdout)).toMatchObject({ diagnostics: [{ code: "queue-unreachable" }] });
  expect(json.stdout).not.toContain("SECRET");
});
