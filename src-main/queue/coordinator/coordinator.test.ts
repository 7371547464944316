import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Diagnostic, Refusal } from "../../common/diagnostic.ts";
import type { Piece } from "../../common/queue/piece.ts";
import { hashOf } from "../sign.ts";
import { BACK_ENDS, type BackEnd } from "../testing/back-ends.ts";
import { SILENCE_MS } from "../testing/small-job.ts";
import { echo, startTestWorker, type TestWorker, type TestWorkerOptions } from "../testing/test-worker.ts";
import { untilAborted } from "../until-aborted.ts";
import type { WorkQueue } from "../work-queue.ts";
import type { AskedPiece } from "./asked-piece.ts";
import { type Coordinator, openCoordinator } from "./coordinator.ts";

const NAMES = Array.from({ length: 12 }, (_, i) => `piece-${i}`);
const gradient = (name: string): AskedPiece => ({
  name,
  work: { kind: "gradient", program: hashOf("p"), cuts: {}, update: name, step: 0, first: 0, parameters: hashOf("v") },
});
const run = (name: string): AskedPiece => ({
  name,
  work: { kind: "run", program: hashOf(name), images: false, checkpoint: null },
});
const read = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe.each(BACK_ENDS)("a coordinator of a queue $name", ({ missing, start }) => {
  let backEnd: BackEnd;
  let queue: WorkQueue;
  let coordinator: Coordinator;
  let workers: TestWorker[] = [];
  let warnings: Diagnostic[] = [];
  let abort: AbortController;
  beforeEach(async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    backEnd = await start();
    queue = await backEnd.open();
    warnings = [];
    workers = [];
    abort = new AbortController();
    coordinator = await open();
  });
  afterEach(async () => {
    if (missing !== null) return;
    await Promise.all(workers.map(({ leave }) => leave()));
    await coordinator.close();
    await backEnd.close();
  });

  const open = (token = ""): Promise<Coordinator> =>
    openCoordinator(queue, {
      job: {
        kind: "learning",
        title: "small",
        version: "1",
        device: "cpu",
        models: [],
        files: [],
        silenceMs: SILENCE_MS,
      },
      token,
      warn: async (diagnostic) => void warnings.push(diagnostic),
      signal: abort.signal,
    });
  const add = async (name: string, options: TestWorkerOptions = {}): Promise<TestWorker> => {
    const worker = startTestWorker(await backEnd.open(), name, options);
    workers.push(worker);
    return worker;
  };
  const carryOut = async (pieces: readonly AskedPiece[], check: (bytes: Uint8Array) => string = read) => {
    const answers: string[] = [];
    const by: string[] = [];
    await coordinator.carryOut(pieces, {
      read: check,
      onAnswer(index, { result, worker }) {
        if (answers[index] !== undefined) throw new Error("it was answered twice");
        answers[index] = result;
        by.push(worker);
      },
    });
    return { answers, by };
  };
  const expected = (pieces: readonly AskedPiece[]) => pieces.map((piece) => read(echo(piece)));

  test("each piece is answered once, by whoever is free", async () => {
    const slowly = { execute: async (piece: Piece) => sleep(30, echo(piece)) };
    await Promise.all([add("one", slowly), add("two", slowly), add("three", slowly)]);
    const pieces = NAMES.map(gradient);
    const { answers, by } = await carryOut(pieces);
    expect(answers).toEqual(expected(pieces));
    expect(new Set(by).size).toBeGreaterThan(1);
    expect(await queue.workers()).toHaveLength(3);
  });

  test("an answer lies in the queue until it is read, even where others are the same", async () => {
    const late = Promise.withResolvers<void>();
    await add("one", {
      async execute({ name }, signal) {
        if (name === "late") await untilAborted(signal, late.promise);
        return Buffer.from("same");
      },
    });
    let count = 0;
    const done = coordinator.carryOut(["a", "b", "late"].map(run), { read, onAnswer: () => void (count += 1) });
    await expect.poll(() => count, { timeout: 10_000 }).toBe(2);
    const states = [...(await queue.look(coordinator.id, ["a", "b"])).values()];
    const blobs = states.flatMap((state) => (state.is === "done" ? [state.answer.blob] : []));
    expect(new Set(blobs).size).toBe(2);
    for (const blob of blobs) await expect.poll(() => queue.blobs.get(blob)).toBeNull();
    late.resolve();
    await done;
    expect(count).toBe(3);
  });

  test("the piece of a worker that has died is done by another", async () => {
    const pieces = NAMES.map(gradient);
    const done = carryOut(pieces);
    await expect.poll(async () => (await queue.countPieces(coordinator.id)).waiting).toBe(NAMES.length);
    const [job] = await queue.jobs();
    if (job === undefined) throw new Error("the job is not announced");
    expect(await queue.take(job, "dead")).not.toBeNull();
    await add("alive");
    expect((await done).answers).toEqual(expected(pieces));
  });

  test("a worker whose answer cannot be used is named and asked no more", async () => {
    await add("sick", { execute: async () => Buffer.from("NaN") });
    const check = (bytes: Uint8Array): string => {
      if (read(bytes) === "NaN") throw new Error("it answered numbers that are not finite");
      return read(bytes);
    };
    await expect.poll(async () => (await queue.workers()).length).toBe(1);
    const healthy = await backEnd.open();
    await queue.tellWorker({ ...(await queue.workers())[0]!, name: "healthy" });
    const pieces = NAMES.map(gradient);
    const done = carryOut(pieces, check);
    await expect.poll(() => warnings.length).toBeGreaterThan(0);
    workers.push(startTestWorker(healthy, "healthy"));
    const { answers, by } = await done;
    expect(answers).toEqual(expected(pieces));
    expect(new Set(by)).toEqual(new Set(["healthy"]));
    expect(warnings[0]?.message).toBe("worker sick takes no part any more: it answered numbers that are not finite");
  });

  test("a piece that no two workers can answer ends the job with both their names", async () => {
    await Promise.all([add("one"), add("two")]);
    const check = (): string => {
      throw new Error("it answered numbers that are not finite");
    };
    await expect(carryOut([gradient("a")], check)).rejects.toThrow(
      /no answer can be used: of (one|two), it answered numbers that are not finite; of (one|two)/,
    );
  });

  test("a worker of another version, without the models or without the token takes no part, and says why", async () => {
    coordinator = await open("secret");
    await add("old", { version: "0", token: "secret" });
    await add("empty", { token: "secret", judge: async () => "it lacks unet" });
    await add("stranger");
    await add("fit", { token: "secret" });
    const waiting = { execute: async (piece: Piece) => sleep(2500, echo(piece)), token: "secret" };
    await Promise.all(workers.splice(3).map(({ leave }) => leave()));
    await add("fit", waiting);
    expect((await carryOut([gradient("a")])).by).toEqual(["fit"]);
    expect(warnings.map(({ message }) => message).toSorted()).toEqual([
      "worker empty takes no part: it lacks unet",
      "worker old takes no part: it is of version 0, and the job of 1",
      "worker stranger takes no part: its token is another than that of the job",
    ]);
  });

  test("a slow piece gets a second run elsewhere, and the first answer counts", async () => {
    let isFirst = true;
    await add("slow", {
      async execute(piece, signal) {
        if (piece.work.kind === "gradient" && piece.work.update === "piece-0" && isFirst) {
          isFirst = false;
          await sleep(20_000, undefined, { signal });
        }
        return echo(piece);
      },
    });
    await expect.poll(async () => (await queue.workers()).length).toBe(1);
    const pieces = NAMES.map(gradient);
    const begin = performance.now();
    const done = carryOut(pieces);
    await sleep(200);
    await add("fast");
    const { answers, by } = await done;
    expect(answers).toEqual(expected(pieces));
    expect(by).not.toContain("slow");
    expect(performance.now() - begin).toBeLessThan(12_000);
    workers = workers.slice(1);
  });

  test("two workers that are alive and never answer a piece hold up nothing as soon as a third is there", async () => {
    const held: string[] = [];
    const holder = {
      async execute(piece: Piece, signal: AbortSignal) {
        if (piece.work.kind === "gradient" && piece.work.update === "piece-0") {
          held.push(piece.name);
          await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("it is lost"))));
        }
        return echo(piece);
      },
    };
    await Promise.all([add("first", holder), add("second", holder)]);
    const pieces = NAMES.map(gradient);
    const done = carryOut(pieces);
    await expect.poll(() => held, { timeout: 15_000 }).toEqual(["piece-0", "piece-0.copy-2"]);
    await add("third");
    expect((await done).answers).toEqual(expected(pieces));
  }, 40_000);

  test("a lone worker that never answers is named with its piece and the way out, and another one that comes ends the wait", async () => {
    let isHolding = true;
    await add("lone", {
      async execute(piece, signal) {
        if (piece.work.kind === "gradient" && piece.work.update === NAMES.at(-1) && isHolding)
          await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("it is lost"))));
        return echo(piece);
      },
    });
    const pieces = NAMES.map(gradient);
    const done = carryOut(pieces);
    await expect.poll(() => warnings, { timeout: 20_000 }).toHaveLength(1);
    expect(warnings).toMatchObject([
      {
        code: "piece-unanswered",
        at: { part: "piece-11" },
        message: expect.stringMatching(
          /^nothing has come of piece piece-11 at worker lone since \d\d:\d\d:\d\d, longer than usual, and nobody else is free to try: waiting$/,
        ),
        help: expect.stringContaining("start another worker"),
      },
    ]);
    isHolding = false;
    await add("another");
    expect((await done).answers).toEqual(expected(pieces));
    expect(warnings).toHaveLength(1);
  }, 40_000);

  test("a run that tells of its steps is tried by nobody else, however long it takes", async () => {
    const seen: string[] = [];
    const worker: TestWorkerOptions = {
      async execute(piece, signal, tell) {
        seen.push(piece.name);
        // Three short ones tell what is usual; three times that is too long.
        for (let step = 1; step <= (piece.name === "long" ? 16 : 3); step++) {
          await sleep(500, undefined, { signal });
          tell.progress({ step, total: 16, secondsLeft: null });
        }
        return echo(piece);
      },
    };
    await Promise.all([add("one", worker), add("two", worker)]);
    const { answers } = await carryOut(["a", "b", "c", "long"].map(run));
    expect(answers).toHaveLength(4);
    expect(seen.toSorted()).toEqual(["a", "b", "c", "long"]);
  });

  test("that all workers are at another job is told once, however many steps this one has", async () => {
    const other = await open();
    const busy = new AbortController();
    await add("one", {
      async execute(piece, signal) {
        const ends = AbortSignal.any([signal, busy.signal]);
        if (piece.work.kind === "run") await sleep(60_000, undefined, { signal: ends }).catch(() => undefined);
        return echo(piece);
      },
    });
    const long = other.carryOut([run("long")], { read, onAnswer: () => undefined });
    await expect.poll(async () => (await queue.workers()).map(({ doing }) => doing?.piece)).toEqual(["long"]);
    const first = carryOut([gradient("a")]);
    await expect.poll(() => warnings, { timeout: 25_000 }).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: "workers-busy", message: expect.stringContaining("one at small") }]);
    busy.abort();
    await Promise.all([long, first]);
    await carryOut([gradient("b")]);
    expect(warnings).toHaveLength(1);
    await other.close();
  }, 40_000);

  test("a worker that takes no part is told once, however many steps there are", async () => {
    await add("old", { version: "0" });
    await add("fit");
    await expect.poll(async () => (await queue.refusals(coordinator.id)).length).toBe(1);
    for (const name of ["a", "b", "c"]) await carryOut([gradient(name)]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "worker old takes no part: it is of version 0, and the job of 1",
    ]);
  });

  test("a copy of a piece that is answered meanwhile is given up, and its worker goes on", async () => {
    await add("lone", {
      async execute(piece, signal) {
        if (piece.name === "piece-11") await sleep(3500);
        if (piece.name === "piece-11.copy-2") await sleep(60_000, undefined, { signal });
        return echo(piece);
      },
    });
    await carryOut(NAMES.map(gradient));
    const begin = performance.now();
    await carryOut([gradient("next")]);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  test("what workers warn of is told once, with the first who did", async () => {
    const odd: Diagnostic = { severity: "warning", code: "odd", at: { file: "a.safetensors" }, message: "it is odd" };
    const slowly = async (piece: Piece) => sleep(30, echo(piece));
    await add("one", { execute: slowly, warnings: [odd, { ...odd, at: { file: "b.safetensors" } }] });
    await add("two", { execute: slowly, warnings: [odd] });
    await carryOut(NAMES.map(gradient));
    await carryOut([gradient("next")]);
    expect(warnings.map(({ at: { file = "" } }) => file).toSorted()).toEqual(["a.safetensors", "b.safetensors"]);
    for (const { notes } of warnings)
      expect(notes).toEqual([
        { at: { stage: "workers", part: expect.stringMatching(/^(one|two)$/) }, message: "has warned of it" },
      ]);
  });

  test("a poisoned piece ends the job with what the last worker said of it", async () => {
    const bad: Diagnostic = { severity: "error", code: "bad", at: { stage: "unet" }, message: "it does not fit" };
    await add("one", { execute: async () => Promise.reject(new Refusal([bad])) });
    await expect(carryOut([gradient("a")])).rejects.toThrow(/it does not fit[\s\S]*was tried last by worker one/);
  });

  test("a worker that leaves gives a run back and finishes a shorter piece", async () => {
    const leaving = await add("leaving", {
      execute: async (piece, signal) => {
        await sleep(piece.work.kind === "run" ? 20_000 : 600, undefined, { signal }).catch(() => {
          throw new Refusal([{ severity: "error", code: "cancelled", at: {}, message: "stopped" }]);
        });
        return echo(piece);
      },
    });
    const short = carryOut([gradient("short")]);
    await expect.poll(() => leaving.events.length).toBe(1);
    await leaving.leave();
    expect((await short).by).toEqual(["leaving"]);
    const second = await add("second", { execute: async (_piece, signal) => sleep(20_000, Buffer.of(), { signal }) });
    const long = carryOut([run("long")]);
    await expect.poll(() => second.events.length).toBe(1);
    await second.leave();
    await add("third");
    expect((await long).by).toEqual(["third"]);
    workers = workers.slice(-1);
  });

  test("who works on a piece and how far that is, is heard, and that nobody does any more", async () => {
    const heard: unknown[] = [];
    const first = await add("first", {
      async execute(_piece, signal, tell) {
        tell.progress({ step: 2, total: 5, secondsLeft: 7 });
        return sleep(20_000, Buffer.of(), { signal });
      },
    });
    const done = coordinator.carryOut([run("long")], {
      read,
      onAnswer: () => undefined,
      onWork: (index, progress) => void heard.push([index, progress]),
    });
    const told = { worker: "first", step: 2, total: 5, secondsLeft: 7 };
    await expect.poll(() => heard, { timeout: 10_000 }).toContainEqual([0, told]);
    await first.leave();
    await expect.poll(() => heard.at(-1), { timeout: 10_000 }).toEqual([0, null]);
    await add("second", { execute: async (piece) => sleep(2500, echo(piece)) });
    await done;
    expect(heard.at(-1)).toEqual([0, { worker: "second", step: 0, total: 0, secondsLeft: null }]);
    workers = workers.slice(-1);
  });

  test("a piece that nobody wants any more is taken away from its worker, who goes on to others", async () => {
    const unwanted = new AbortController();
    const ended: string[] = [];
    await add("one", {
      async execute(piece, signal) {
        if (piece.name !== "unwanted") return echo(piece);
        signal.addEventListener("abort", () => ended.push("given up"));
        return sleep(60_000, Buffer.of(), { signal });
      },
    });
    const answered: number[] = [];
    const done = coordinator.carryOut([{ ...run("unwanted"), unwanted: unwanted.signal }, run("wanted")], {
      read,
      onAnswer: (index) => void answered.push(index),
    });
    await expect.poll(() => workers[0]?.events.length).toBe(1);
    unwanted.abort();
    await done;
    expect({ answered, ended }).toEqual({ answered: [1], ended: ["given up"] });
  });

  test("a job that is cancelled ends at once, and its workers go on to others", async () => {
    await add("one", { execute: async (piece) => sleep(300, echo(piece)) });
    const done = carryOut(NAMES.map(gradient));
    await sleep(400);
    abort.abort();
    await expect(done).rejects.toThrow(/abort/);
    await coordinator.close();
    abort = new AbortController();
    coordinator = await open();
    expect((await carryOut([gradient("a")])).by).toEqual(["one"]);
  });

  test("a queue that restarts, with what it held and without, loses no piece", async ({ skip }) => {
    const { redis } = backEnd;
    if (redis === undefined) return skip("there is nothing to restart");
    const slowly = { execute: async (piece: Piece) => sleep(100, echo(piece)) };
    await Promise.all([add("one", slowly), add("two", slowly)]);
    const pieces = Array.from({ length: 40 }, (_, i) => gradient(`many-${i}`));
    const done = carryOut(pieces);
    for (const withData of [true, false, true]) {
      await sleep(400);
      await redis.restart(withData, 300);
    }
    expect((await done).answers).toEqual(expected(pieces));
  });
});
