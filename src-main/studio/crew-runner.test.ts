import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { template } from "../../nodes/testing/templates.ts";
import { withValues } from "../common/combine-values.ts";
import type { Job } from "../common/studio/job.ts";
import { removeNodes } from "../common/workflow-edits.ts";
import { type Engine, startEngine } from "../engine/client.ts";
import { computeTask } from "../engine/pieces/compute-task.ts";
import { startPieceWorker } from "../engine/testing/piece-worker.ts";
import { connectRedis } from "../queue/redis/connection.ts";
import { createRedisQueue } from "../queue/redis/redis-queue.ts";
import { hasRedisServer, NO_REDIS, startRedis, type TestRedis } from "../queue/testing/redis-server.ts";
import { type Home, openHome } from "./home.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import type { QueuePlace } from "./queue-setting.ts";
import { listRuns } from "./runs.ts";
import { sweepHandlers } from "./sweep-handlers.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const context = { signal: new AbortController().signal };

const WORKFLOW = withValues(removeNodes(template("learn-emoji"), ["compare", "evaluate", "held-out-prompts"]), [
  { node: "sampler", param: "steps", value: 2 },
  { node: "sampler", param: "lastSteps", value: 1 },
  { node: "sampler", param: "gradient", value: "one late step" },
  { node: "optimizer", param: "steps", value: 2 },
  { node: "optimizer", param: "batch", value: 2 },
  { node: "optimizer", param: "microBatch", value: 2 },
  { node: "preview", param: "every", value: 2 },
  { node: "preview", param: "count", value: 1 },
]);
const SWEEP = {
  name: "small",
  workflow: WORKFLOW,
  path: null,
  device: "cpu",
  workers: { device: "cpu", images: false },
  variations: [{ node: "optimizer", param: "seed", values: [1, 2, 3] }],
} as const;
const sweepInput = (): Parameters<ReturnType<typeof sweepHandlers>["enqueueSweep"]>[0] => ({
  ...SWEEP,
  variations: SWEEP.variations.map((one) => ({ ...one, values: [...one.values] })),
});

let redis: TestRedis;
let home: Home;
let engine: Engine;
let jobs: Jobs;
let place: QueuePlace | null;
beforeEach(async ({ skip }) => {
  skip(!hasRedisServer(), NO_REDIS);
  redis = await startRedis();
  place = { address: redis.url, token: "secret" };
  home = openHome(mkdtempSync(join(tmpdir(), "reneg-crew-")));
  engine = startEngine();
  jobs = open();
});
afterEach(async () => {
  if (!hasRedisServer()) return;
  await jobs.close();
  await engine.close();
  await redis.stop();
  home.leave();
  rmSync(home.folder, { recursive: true });
});

function open(): Jobs {
  const crew = { api: engine.api, place: () => place };
  return createJobs({ home, worker: engine, helper: engine.api, crew, publish: () => undefined });
}

const states = (): string[] => jobs.list().map(({ state }) => state);
const messages = ({ diagnostics }: Job): string[] => diagnostics.map(({ message }) => message);

test("a sweep that workers do is a job of the queue, and each run has its worker and what came of it", async () => {
  const { enqueueSweep } = sweepHandlers(jobs, () => undefined);
  const made = await enqueueSweep(sweepInput(), context);
  expect(states()).toEqual(["queued", "queued", "queued"]);
  await expect
    .poll(() => messages(jobs.list()[0]!), { timeout: 30_000 })
    .toContain("no worker takes part yet: waiting");

  const queue = createRedisQueue(await connectRedis(redis.url));
  const leave = startPieceWorker(queue, {
    name: "gpu-1",
    folder: join(home.folder, "kept"),
    compute: (task) => computeTask(task, { emit: async () => undefined, signal: context.signal }),
  });
  try {
    await expect.poll(() => queue.jobs(), { timeout: 10_000 }).toHaveLength(1);
    await expect.poll(states, { timeout: 90_000 }).toEqual(["done", "done", "done"]);
    // The job of the queue goes with its last run.
    await expect.poll(() => queue.jobs(), { timeout: 10_000 }).toEqual([]);
  } finally {
    await leave();
    await queue.close();
  }
  for (const { workers, step, reward, workedSeconds, diagnostics } of jobs.list()) {
    expect(workers).toEqual({ device: "cpu", images: false, worker: "gpu-1" });
    expect(step).toBe(2);
    expect(reward).not.toBeNull();
    expect(workedSeconds).toBeGreaterThan(0);
    expect(diagnostics).toEqual([]);
  }
  const runs = listRuns(home, jobs.list());
  expect(runs.map(({ worker, embedding }) => [worker, embedding !== null])).toEqual(made.map(() => ["gpu-1", true]));
  const files = readdirSync(join(home.runs, made[0]?.run ?? ""), { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.endsWith(".png"))).toEqual([]);
  // Also when they are no longer in the list.
  await jobs.command(made[0]?.run ?? "", "forget");
  expect(listRuns(home, jobs.list()).map(({ worker }) => worker)).toEqual(["gpu-1", "gpu-1", "gpu-1"]);
});

test("what waits for workers is taken back alone or with its sweep, rests when the studio ends, and goes on when asked to", async () => {
  const { enqueueSweep } = sweepHandlers(jobs, () => undefined);
  const [first] = await enqueueSweep(sweepInput(), context);
  await jobs.command(first?.run ?? "", "stop");
  expect(states()).toEqual(["stopped", "queued", "queued"]);
  const queue = createRedisQueue(await connectRedis(redis.url));
  const waiting = async (): Promise<number> => {
    const [job] = await queue.jobs();
    return job === undefined ? 0 : (await queue.countPieces(job.id)).waiting;
  };
  await expect.poll(waiting, { timeout: 20_000 }).toBe(2);

  await jobs.close();
  expect(states()).toEqual(["stopped", "paused", "paused"]);
  jobs = open();
  expect(states()).toEqual(["stopped", "paused", "paused"]);
  const again = sweepHandlers(jobs, () => undefined);
  await again.resumeSweep({ id: first?.sweep?.id ?? "" }, context);
  await expect.poll(waiting, { timeout: 20_000 }).toBe(2);
  await again.stopSweep({ id: first?.sweep?.id ?? "" }, context);
  expect(states()).toEqual(["stopped", "stopped", "stopped"]);
  await expect.poll(() => queue.jobs(), { timeout: 20_000 }).toEqual([]);
  await queue.close();
});

test("a run that is paused at a worker is kept as far as it was, and goes on from there when it is resumed", async () => {
  const { enqueueSweep } = sweepHandlers(jobs, () => undefined);
  const input = sweepInput();
  const [made] = await enqueueSweep({ ...input, variations: [{ ...input.variations[0]!, values: [1] }] }, context);
  const run = made?.run ?? "";
  const queue = createRedisQueue(await connectRedis(redis.url));
  const steps: number[] = [];
  const leave = startPieceWorker(queue, {
    name: "gpu-1",
    folder: join(home.folder, "kept"),
    compute: (task, tell, signal) =>
      computeTask(task, {
        signal,
        async emit(event) {
          await tell(event);
          if (event.type !== "step") return;
          steps.push(event.step);
          // It takes its time, until it is given up.
          if (event.step === 1 && !signal.aborted) await once(signal, "abort");
        },
      }),
  });
  const job = (): Job | undefined => jobs.list().find((one) => one.run === run);
  try {
    await expect.poll(() => [job()?.state, job()?.step], { timeout: 60_000 }).toEqual(["running", 1]);
    await jobs.command(run, "pause");
    expect(states()).toEqual(["stopping"]);
    await expect.poll(states, { timeout: 30_000 }).toEqual(["paused"]);
    expect(job()).toMatchObject({ step: 1, diagnostics: [], workers: { worker: null } });
    expect(job()?.reward).not.toBeNull();
    await expect.poll(() => queue.jobs(), { timeout: 10_000 }).toEqual([]);
    await jobs.command(run, "resume");
    await expect.poll(states, { timeout: 60_000 }).toEqual(["done"]);
  } finally {
    await leave();
    await queue.close();
  }
  expect(steps).toEqual([1, 2]);
  expect(job()).toMatchObject({ step: 2, diagnostics: [], workers: { worker: "gpu-1" } });
});

test("without a queue, runs for workers fail with what to do, and nothing of them runs here", async () => {
  place = null;
  const { enqueueSweep } = sweepHandlers(jobs, () => undefined);
  await enqueueSweep(sweepInput(), context);
  await expect.poll(states).toEqual(["failed", "failed", "failed"]);
  expect(messages(jobs.list()[0]!)).toEqual(["no queue of workers is set any more"]);
});
