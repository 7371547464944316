import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Program } from "../../common/program/program.ts";
import { type HandedRunEvent, handedRunEvent } from "../../common/queue/handed-runs.ts";
import { listCheckpoints } from "../../learning/checkpoints.ts";
import { freezeProgram } from "../../learning/freeze-program.ts";
import { writeProgram } from "../../learning/program-file.ts";
import { readMetrics } from "../../learning/run-metrics.ts";
import { emojiProgram } from "../../learning/testing/emoji-program.ts";
import { train } from "../../learning/train.ts";
import { connectRedis } from "../../queue/redis/connection.ts";
import { createRedisQueue } from "../../queue/redis/redis-queue.ts";
import { hasRedisServer, NO_REDIS, startRedis, type TestRedis } from "../../queue/testing/redis-server.ts";
import type { WorkQueue } from "../../queue/work-queue.ts";
import { computeTask } from "../pieces/compute-task.ts";
import { startPieceWorker } from "../testing/piece-worker.ts";
import { dropRun, trainRuns } from "./train-runs.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const root = mkdtempSync(join(tmpdir(), "reneg-train-runs-"));
afterAll(() => rmSync(root, { recursive: true }));
const { signal } = new AbortController();
const emit = async (): Promise<void> => {};

let redis: TestRedis;
let opened: WorkQueue[] = [];
let leaving: (() => Promise<void>)[] = [];
beforeEach(async ({ skip }) => {
  skip(!hasRedisServer(), NO_REDIS);
  redis = await startRedis();
});
afterEach(async () => {
  await Promise.all(leaving.map((leave) => leave()));
  await Promise.all(opened.map((queue) => queue.close()));
  await redis?.stop();
  [leaving, opened] = [[], []];
});

async function addWorker(name: string, before: () => Promise<void> = async () => {}): Promise<void> {
  const queue = createRedisQueue(await connectRedis(redis.url));
  opened.push(queue);
  const compute = async (task: Parameters<typeof computeTask>[0]): Promise<Uint8Array> => {
    await before();
    return computeTask(task, { emit, signal });
  };
  leaving.push(startPieceWorker(queue, { name, folder: join(root, "kept", name), compute }));
}

const programWith = (seed: number): Program => freezeProgram(emojiProgram({ settings: { steps: 2, seed } }), root);

function prepare(name: string, seed: number): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeProgram(folder, programWith(seed));
  return folder;
}

/** As they cross to the studio. */
const into = (events: HandedRunEvent[]) => async (event: unknown) => void events.push(handedRunEvent.parse(event));

const inputOf = (prepared: string[]) => ({
  prepared,
  title: "small",
  workers: { queue: redis.url, token: "secret", device: "cpu" as const, silenceSeconds: 30 },
  images: false,
});

test("each run is done by a worker, and its folder holds what one that learns here would, and its own program", async () => {
  await Promise.all([addWorker("one"), addWorker("two")]);
  const prepared = [prepare("first", 1), prepare("second", 2)];
  const programs = prepared.map((folder) => readFileSync(join(folder, "program.json"), "utf8"));
  const events: HandedRunEvent[] = [];
  const result = await trainRuns(inputOf(prepared), { signal, emit: into(events) });
  expect(result).toEqual({ stopped: false });
  const done = events.flatMap((event) => (event.type === "done" ? [basename(event.run)] : []));
  expect(done.toSorted()).toEqual(["first", "second"]);
  expect(events).toContainEqual(expect.objectContaining({ type: "work", run: prepared[0] }));
  for (const [i, folder] of prepared.entries()) {
    const alone = join(root, `alone-${i}`);
    await train(programWith(i + 1), { folder: alone, resume: false, device: "cpu", signal, emit });
    const bytes = (run: string): string => readFileSync(join(run, "negative.safetensors")).toString("base64");
    expect(bytes(folder)).toBe(bytes(alone));
    expect(readFileSync(join(folder, "metrics.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(2);
    expect(readFileSync(join(folder, "program.json"), "utf8")).toBe(programs[i]);
    expect(readdirSync(folder)).not.toContain("lock");
  }
});

test("a run that is dropped is done by nobody, one that cannot be read fails alone, and the others are done", async () => {
  const waits = Promise.withResolvers<void>();
  const prepared = [prepare("kept", 1), prepare("dropped", 2), join(root, "nowhere")];
  const events: HandedRunEvent[] = [];
  const ended = trainRuns(inputOf(prepared), { signal, emit: into(events) });
  await addWorker("one", () => waits.promise);
  await expect.poll(() => events.some(({ type }) => type === "work"), { timeout: 20_000 }).toBe(true);
  expect(await dropRun({ run: prepared[1] ?? "", keep: false }, { signal })).toEqual({ isDropped: true });
  // Looked at once a second.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  waits.resolve();
  await ended;
  expect(await dropRun({ run: prepared[1] ?? "", keep: false }, { signal })).toEqual({ isDropped: false });
  expect(events.flatMap((event) => (event.type === "done" ? [basename(event.run)] : []))).toEqual(["kept"]);
  expect(events.flatMap((event) => (event.type === "failed" ? [event.run] : []))).toEqual([prepared[2]]);
  expect(readdirSync(prepared[1] ?? "")).toEqual(["program.json"]);
});

test("a queue that nobody answers at is refused with its address and without its password", async () => {
  const input = inputOf([prepare("unreached", 1)]);
  const workers = { ...input.workers, queue: "redis://:secret@127.0.0.1:1" };
  const asked = trainRuns({ ...input, workers }, { signal, emit });
  await expect(asked).rejects.toThrow(/cannot be reached[\s\S]*127\.0\.0\.1:1/);
  await expect(asked).rejects.not.toThrow(/secret@/);
});

describe("a run whose worker is gone", () => {
  const STEPS = 4;
  const longer = (seed: number): Program => freezeProgram(emojiProgram({ settings: { steps: STEPS, seed } }), root);
  let count = 0;
  const prepareLonger = (): { readonly folder: string; readonly seed: number } => {
    const seed = 20 + (count += 1);
    const folder = join(root, `longer-${seed}`);
    mkdirSync(folder);
    writeProgram(folder, longer(seed));
    return { folder, seed };
  };
  interface StepWorker {
    /** That it has done. */
    readonly steps: readonly number[];
    readonly isDead: () => boolean;
  }

  /** @param dies hands over each step until this one, when what is before it has come to this folder; nothing is heard of it any more */
  async function addStepWorker(
    name: string,
    dies?: { readonly at: number; readonly folder: string },
    afterStep: (step: number) => Promise<void> = async () => {},
  ): Promise<StepWorker> {
    const steps: number[] = [];
    let isDead = false;
    const queue = createRedisQueue(await connectRedis(redis.url));
    opened.push(queue);
    const leave = startPieceWorker(queue, {
      name,
      folder: join(root, "kept", name),
      compute: (task, tell, stop) =>
        computeTask(task, {
          signal: stop,
          // Who lives long enough hands over when it is asked back.
          handedOverEveryMs: dies === undefined ? undefined : 0,
          async emit(event) {
            await tell(event);
            if (event.type !== "step") return;
            steps.push(event.step);
            await afterStep(event.step);
            if (event.step !== dies?.at) return;
            const before = `step-00000${dies.at - 1}.safetensors`;
            await expect.poll(() => listCheckpoints(dies.folder), { timeout: 20_000 }).toEqual([before]);
            await queue.close();
            isDead = true;
            throw new Error("it is dead");
          },
        }),
    });
    // It cannot say that it leaves.
    leaving.push(() => leave().catch((error: unknown) => expect([isDead, error]).toEqual([true, expect.any(Error)])));
    return { steps, isDead: () => isDead };
  }

  async function expectAsIfAlone({ folder, seed }: { readonly folder: string; readonly seed: number }): Promise<void> {
    const alone = `${folder}-alone`;
    await train(longer(seed), { folder: alone, resume: false, device: "cpu", signal, emit });
    const bytes = (run: string): string => readFileSync(join(run, "negative.safetensors")).toString("base64");
    expect(bytes(folder)).toBe(bytes(alone));
    expect(readMetrics(folder).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    // It is done, and nothing goes on with it.
    expect(listCheckpoints(folder)).toEqual([]);
  }

  const quick = (folder: string) => {
    const input = inputOf([folder]);
    return { ...input, workers: { ...input.workers, silenceSeconds: 2 } };
  };

  test.each(["with its data", "without its data"])(
    "goes on at another one from its last checkpoint, to the same bits, after Redis came back %s",
    async (how) => {
      const run = prepareLonger();
      const ended = trainRuns(quick(run.folder), { signal, emit: into([]) });
      const first = await addStepWorker(`first-${run.seed}`, { at: 3, folder: run.folder });
      await expect.poll(first.isDead, { timeout: 60_000 }).toBe(true);
      await redis.restart(how === "with its data");
      const second = await addStepWorker(`second-${run.seed}`);
      expect(await ended).toEqual({ stopped: false });
      expect(second.steps).toEqual([3, 4]);
      await expectAsIfAlone(run);
    },
  );

  test("that is paused is given up by its worker as it is, and goes on from there when it is handed out anew", async () => {
    const run = prepareLonger();
    const events: HandedRunEvent[] = [];
    const first = trainRuns(quick(run.folder), { signal, emit: into(events) });
    const paused = Promise.withResolvers<void>();
    const worker = await addStepWorker(`paused-${run.seed}`, undefined, async (step) => {
      if (step === 2) await paused.promise;
    });
    await expect.poll(() => worker.steps, { timeout: 60_000 }).toEqual([1, 2]);
    await expect.poll(() => events.map(({ type }) => type)).toContain("work");
    expect(await dropRun({ run: run.folder, keep: true }, { signal })).toEqual({ isDropped: true });
    await sleep(2000);
    paused.resolve();
    expect(await first).toEqual({ stopped: false });
    expect(events.at(-1)).toEqual({ type: "paused", run: run.folder });
    expect(listCheckpoints(run.folder)).toEqual(["step-000002.safetensors"]);
    expect(worker.steps).toEqual([1, 2]);
    await trainRuns(quick(run.folder), { signal, emit: into(events) });
    expect(worker.steps).toEqual([1, 2, 3, 4]);
    await expectAsIfAlone(run);
  });

  test("goes on where it was when it is handed out anew, whoever has ended meanwhile", async () => {
    const run = prepareLonger();
    const abort = new AbortController();
    const first = trainRuns(quick(run.folder), { signal: abort.signal, emit: into([]) });
    const before = await addStepWorker(`before-${run.seed}`, { at: 3, folder: run.folder });
    await expect.poll(before.isDead, { timeout: 60_000 }).toBe(true);
    abort.abort();
    expect(await first).toEqual({ stopped: true });
    const after = await addStepWorker(`after-${run.seed}`);
    expect(await trainRuns(quick(run.folder), { signal, emit: into([]) })).toEqual({ stopped: false });
    expect(after.steps).toEqual([3, 4]);
    await expectAsIfAlone(run);
  });
});
