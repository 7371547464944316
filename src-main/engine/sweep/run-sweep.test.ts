import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { refuse } from "../../common/diagnostic.ts";
import { trainInput } from "../../common/learning.ts";
import type { PieceEvent, PieceTask } from "../../common/queue/piece-task.ts";
import type { RunEvent } from "../../common/run-events.ts";
import { sweepInput, type SweepResult, sweepTable } from "../../common/sweep.ts";
import { connectRedis } from "../../queue/redis/connection.ts";
import { createRedisQueue } from "../../queue/redis/redis-queue.ts";
import { hasRedisServer, NO_REDIS, startRedis } from "../../queue/testing/redis-server.ts";
import { train } from "../handlers/train.ts";
import { computeTask } from "../pieces/compute-task.ts";
import { startPieceWorker } from "../testing/piece-worker.ts";
import { sweep } from "./run-sweep.ts";

vi.setConfig({ testTimeout: 300_000 });
const root = mkdtempSync(join(tmpdir(), "reneg-sweep-"));
afterAll(() => rmSync(root, { recursive: true }));
const at = (...names: string[]): string => join(root, ...names);

const RECIPE = {
  prompts: ["a red apple"],
  steps: 1,
  batch: 1,
  microBatch: 1,
  sampler: { steps: 2, lastSteps: 1 },
  previews: { every: 1, prompts: ["a red apple"] },
};
const recipe = at("small.json");
writeFileSync(recipe, JSON.stringify(RECIPE));
const seeds = (...values: number[]) => [{ node: "optimizer", param: "seed", values }];

interface Asking {
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
}

function run(
  out: string,
  asked: object,
  { onEvent = () => undefined, signal = new AbortController().signal }: Asking = {},
): Promise<SweepResult> {
  const input = sweepInput.parse({ file: recipe, device: "cpu", out: at(out), ...asked });
  return sweep(input, { signal, emit: async (event) => onEvent(event as RunEvent) }) as Promise<SweepResult>;
}

const bytesOf = (...names: string[]): string => readFileSync(at(...names, "negative.safetensors")).toString("base64");
const tableOf = (out: string) => sweepTable.parse(JSON.parse(readFileSync(at(out, "sweep.json"), "utf8")));
const seedOf = (...names: string[]): unknown =>
  JSON.parse(readFileSync(at(...names, "program.json"), "utf8")).updates.optimizer.settings.seed;

test("each combination is a run like one that was trained alone, and a command hears of each", async () => {
  const file = at("hook.mjs");
  writeFileSync(
    file,
    `import { appendFileSync, readFileSync } from "node:fs";
     const { name, state } = JSON.parse(readFileSync(0, "utf8"));
     appendFileSync(${JSON.stringify(at("heard"))}, JSON.stringify([name, state, process.env.RENEG_RUN]) + "\\n");`,
  );
  const progress: string[] = [];
  const result = await run(
    "two",
    { variations: seeds(4, 5), onDone: `"${process.execPath}" "${file}"` },
    {
      onEvent: (event) =>
        event.type === "progress" && event.phase === "sweeping" && progress.push(`${event.done}/${event.total}`),
    },
  );
  expect(result).toMatchObject({
    folder: at("two"),
    device: "cpu",
    stopped: false,
    runs: [
      { name: "01", state: "done", worker: null, values: [{ node: "optimizer", param: "seed", value: 4 }] },
      { name: "02", state: "done", worker: null, values: [{ node: "optimizer", param: "seed", value: 5 }] },
    ],
  });
  expect(progress).toEqual(["0/2", "1/2", "2/2"]);
  expect(tableOf("two")).toEqual({ format: "reneg-sweep", formatVersion: 1, of: "small", runs: result.runs });
  expect([seedOf("two", "01"), seedOf("two", "02")]).toEqual([4, 5]);
  const heard = readFileSync(at("heard"), "utf8").trim().split("\n");
  expect(heard.toSorted()).toEqual(["01", "02"].map((name) => JSON.stringify([name, "done", at("two", name)])));
  const alone = at("alone.json");
  writeFileSync(alone, JSON.stringify({ ...RECIPE, seed: 5 }));
  await train(trainInput.parse({ recipe: alone, out: at("alone"), device: "cpu" }), {
    signal: new AbortController().signal,
    emit: async () => undefined,
  });
  expect(bytesOf("two", "02")).toBe(bytesOf("alone"));
  expect(bytesOf("two", "01")).not.toBe(bytesOf("alone"));
});

test("a sweep that was stopped keeps what is done, and the same command goes on with the rest", async () => {
  const abort = new AbortController();
  const stopped = await run(
    "stopped",
    { variations: seeds(1, 2, 3) },
    {
      signal: abort.signal,
      onEvent: (event) => event.type === "progress" && event.phase === "sweeping" && event.done === 1 && abort.abort(),
    },
  );
  expect(stopped.stopped).toBe(true);
  expect(stopped.runs.map(({ state }) => state)).toEqual(["done", "waiting", "waiting"]);
  expect(tableOf("stopped").runs).toEqual(stopped.runs);
  const before = statSync(at("stopped", "01", "program.json")).mtimeMs;
  const resumed = await run("stopped", { variations: seeds(1, 2, 3) });
  expect(resumed.stopped).toBe(false);
  expect(resumed.runs.map(({ state }) => state)).toEqual(["done", "done", "done"]);
  expect(statSync(at("stopped", "01", "program.json")).mtimeMs).toBe(before);
  await expect(run("stopped", { variations: seeds(1, 2) })).rejects.toThrow(/another sweep is kept in this folder/);
});

test("a run that cannot be done is told with its reason, and the others are done", async () => {
  const result = await run("broken", {
    variations: [{ node: "optimizer", param: "learningRate", values: [1e30, 0.01] }],
    file:
      (writeFileSync(at("steep.json"), JSON.stringify({ ...RECIPE, steps: 2, optimizer: { name: "sgd" } })),
      at("steep.json")),
  });
  expect(result.runs).toMatchObject([
    { state: "failed", diagnostics: [{ severity: "error" }] },
    { state: "done", diagnostics: [] },
  ]);
  expect(readdirSync(at("broken")).filter((name) => /^\d/.test(name))).toEqual(["02"]);
});

test("workers of a queue do the same runs to the same bits, and send images only where they are asked for", async ({
  skip,
}) => {
  skip(!hasRedisServer(), NO_REDIS);
  const redis = await startRedis();
  const opened: { close: () => Promise<void> }[] = [];
  const leave: (() => Promise<void>)[] = [];
  const tried: number[] = [];
  try {
    for (const name of ["one", "two"]) {
      const queue = createRedisQueue(await connectRedis(redis.url));
      opened.push(queue);
      const compute = async (task: PieceTask, emit: (event: PieceEvent) => Promise<void>): Promise<Uint8Array> => {
        const seed = seedSent(task);
        tried.push(seed);
        if (seed === 6) refuse({ code: "memory", at: { stage: "unet" }, message: "it does not fit here" });
        return computeTask(task, { emit, signal: new AbortController().signal });
      };
      leave.push(startPieceWorker(queue, { name, folder: at("kept", name), compute }));
    }
    const workers = { queue: redis.url, token: "secret" };
    const result = await run("queued", { variations: seeds(4, 5, 6), workers });
    expect(result.runs).toMatchObject([
      { state: "done", worker: expect.stringMatching(/^(one|two)$/) },
      { state: "done", worker: expect.stringMatching(/^(one|two)$/) },
      { state: "failed", diagnostics: [{ code: "memory", message: "it does not fit here" }] },
    ]);
    // Each is tried by several before it is given up.
    expect(tried.filter((seed) => seed === 6).length).toBeGreaterThan(1);
    const here = await run("here", { variations: seeds(4, 5) });
    expect(here.runs.map(({ reward, heldOut }) => ({ reward, heldOut }))).toEqual(
      result.runs.slice(0, 2).map(({ reward, heldOut }) => ({ reward, heldOut })),
    );
    for (const name of ["01", "02"]) expect(bytesOf("queued", name)).toBe(bytesOf("here", name));
    const images = (out: string): string[] =>
      readdirSync(at(out, "01"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".png"));
    expect(images("queued")).toEqual([]);
    await run("pictured", { variations: seeds(4), workers, images: true });
    expect(images("pictured")).toEqual(images("here"));
    expect(images("here")).not.toEqual([]);
  } finally {
    await Promise.all(leave.map((end) => end()));
    await Promise.all(opened.map((queue) => queue.close()));
    await redis.stop();
  }
});

function seedSent({ work, blobs }: PieceTask): number {
  if (work.kind !== "run") throw new Error("only runs are asked for");
  return JSON.parse(Buffer.from(blobs[work.program] ?? []).toString()).updates.optimizer.settings.seed;
}
