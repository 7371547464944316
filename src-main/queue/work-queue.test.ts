import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../common/queue/piece.ts";
import { hashOf } from "./sign.ts";
import { BACK_ENDS, type BackEnd } from "./testing/back-ends.ts";
import { SILENCE_MS, smallJob, smallPiece, smallWorker } from "./testing/small-job.ts";
import { MOST_ATTEMPTS, type News, type WorkQueue } from "./work-queue.ts";

const answerOf = (worker: string): Answer => ({ worker, seconds: 1, blob: hashOf("bytes"), signature: "signed" });
const failureOf = (worker: string) => ({
  worker,
  diagnostics: [{ severity: "error" as const, code: "bad", at: { part: "here" }, message: "it is bad" }],
});

describe.each(BACK_ENDS)("a queue $name", ({ missing, start }) => {
  let backEnd: BackEnd;
  let coordinator: WorkQueue;
  let worker: WorkQueue;
  let count = 0;
  let job = smallJob();
  beforeAll(async () => {
    if (missing !== null) return;
    backEnd = await start();
    coordinator = await backEnd.open();
    worker = await backEnd.open();
  });
  afterAll(() => backEnd?.close());
  beforeEach(async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    job = smallJob({ id: `job-${(count += 1)}` });
    await coordinator.announce(job);
  });

  const submit = (...names: readonly string[]): Promise<void> =>
    coordinator.submit(
      job.id,
      names.map((name) => smallPiece(name, "", job.id)),
    );
  const stateOf = async (name: string) => (await coordinator.look(job.id, [name])).get(name);
  const taken = async (name = "worker-1") => {
    const lease = await worker.take(job, name);
    if (lease === null) throw new Error("there is nothing to take");
    return lease;
  };

  test("a job is seen by workers until it is withdrawn", async () => {
    expect(await worker.jobs()).toContainEqual(job);
    await coordinator.withdraw(job.id);
    expect((await worker.jobs()).map(({ id }) => id)).not.toContain(job.id);
  });

  test("pieces are taken in their order, each once, and their answers are found by their names", async () => {
    await submit("a", "b");
    await submit("a");
    expect((await stateOf("a"))?.is).toBe("waiting");
    const [first, second] = [await taken(), await taken("worker-2")];
    expect([first.piece, second.piece]).toEqual([smallPiece("a", "", job.id), smallPiece("b", "", job.id)]);
    expect(await worker.take(job, "worker-3")).toBeNull();
    expect(await coordinator.countPieces(job.id)).toEqual({ waiting: 0, taken: 2, done: 0, failed: 0 });
    expect(await second.complete(answerOf("worker-2"))).toBe(true);
    expect(await stateOf("b")).toEqual({ is: "done", answer: answerOf("worker-2") });
    expect((await stateOf("a"))?.is).toBe("taken");
    await coordinator.drop(job.id, ["b"]);
    expect((await stateOf("b"))?.is).toBe("missing");
  });

  test("a thousand pieces wait, and none is lost or taken twice", async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `piece-${i}`);
    await submit(...names);
    const seen: string[] = [];
    const work = async (name: string): Promise<void> => {
      for (let lease = await worker.take(job, name); lease !== null; lease = await worker.take(job, name)) {
        seen.push(lease.piece.name);
        await lease.complete(answerOf(name));
      }
    };
    await Promise.all(["a", "b", "c"].map(work));
    expect(seen.toSorted()).toEqual(names.toSorted());
    expect(await coordinator.countPieces(job.id)).toMatchObject({ waiting: 0, taken: 0, done: 1000 });
  });

  test("a piece that was given back waits for another worker", async () => {
    await submit("a");
    expect(await (await taken()).giveBack()).toBe(true);
    expect((await taken("worker-2")).piece.name).toBe("a");
  });

  test("a worker that is silent for too long loses its piece to another, and its late answer counts for nothing", async () => {
    await submit("a");
    const lost = await taken();
    const second = await untilTaken(() => worker.take(job, "worker-2"));
    expect(second.piece.name).toBe("a");
    expect([await lost.extend(), await lost.complete(answerOf("worker-1"))]).toEqual([false, false]);
    expect(await second.complete(answerOf("worker-2"))).toBe(true);
    expect(await stateOf("a")).toMatchObject({ is: "done", answer: { worker: "worker-2" } });
  });

  test("a worker that tells that it lives keeps its piece", async () => {
    await submit("a");
    const lease = await taken();
    for (let i = 0; i < 6; i++) {
      await sleep(SILENCE_MS / 2);
      expect(await lease.extend()).toBe(true);
    }
    expect(await worker.take(job, "worker-2")).toBeNull();
    expect(await lease.complete(answerOf("worker-1"))).toBe(true);
  });

  test("a piece that fails again and again fails with what was wrong the last time", async () => {
    await submit("a");
    for (let i = 1; i <= MOST_ATTEMPTS; i++) {
      const lease = await taken(`worker-${i}`);
      expect(await lease.fail(failureOf(`worker-${i}`))).toBe(true);
    }
    expect(await stateOf("a")).toEqual({ is: "failed", failure: failureOf(`worker-${MOST_ATTEMPTS}`) });
  });

  test("what need not be tried again fails at once", async () => {
    await submit("a");
    await (await taken()).fail(failureOf("worker-1"), true);
    expect(await stateOf("a")).toEqual({ is: "failed", failure: failureOf("worker-1") });
  });

  test("a worker tells how far it is with its piece, for as long as it has it", async () => {
    await submit("a");
    const lease = await taken();
    const progress = { worker: "worker-1", step: 2, total: 5, secondsLeft: 3.5 };
    await lease.report(progress);
    expect(await stateOf("a")).toEqual({ is: "taken", worker: "worker-1", progress });
    await lease.giveBack();
    expect(await stateOf("a")).toEqual({ is: "waiting" });
    await taken("worker-2");
    expect(await stateOf("a")).toEqual({ is: "taken", worker: "worker-2" });
  });

  test("what a worker has handed over of a piece stays with it for whoever takes it next, whatever becomes of that worker", async () => {
    await submit("a");
    const progress = { worker: "worker-1", step: 2, total: 5, secondsLeft: null };
    const checkpoint = { worker: "worker-1", step: 2, blob: hashOf("so far"), signature: "signed" };
    const first = await taken();
    expect(first.checkpoint).toBeUndefined();
    await first.report(progress, checkpoint);
    await first.report({ ...progress, step: 3 });
    expect(await stateOf("a")).toMatchObject({ is: "taken", progress: { step: 3 } });
    await first.report({ ...progress, step: 3 }, checkpoint);
    expect(await stateOf("a")).toEqual({
      is: "taken",
      worker: "worker-1",
      progress: { ...progress, step: 3 },
      checkpoint,
    });
    await first.giveBack();
    expect(await stateOf("a")).toEqual({ is: "waiting", checkpoint });
    const second = await taken("worker-2");
    expect(second.checkpoint).toEqual(checkpoint);
    await second.report({ worker: "worker-2", step: 0, total: 0, secondsLeft: null });
    expect(await stateOf("a")).toMatchObject({ is: "taken", worker: "worker-2", checkpoint });
    // It falls silent.
    const third = await untilTaken(() => worker.take(job, "worker-3"));
    expect(third.checkpoint).toEqual(checkpoint);
    await third.fail(failureOf("worker-3"), true);
    expect(await stateOf("a")).toMatchObject({ is: "failed", checkpoint });
  });

  test("whoever works on a piece hears that it is wanted back", async () => {
    await submit("a", "b");
    const [first, second] = [await taken(), await taken("worker-2")];
    expect(await first.isAskedBack()).toBe(false);
    await coordinator.askBack(job.id, ["a"]);
    expect([await first.isAskedBack(), await second.isAskedBack()]).toEqual([true, false]);
    await first.giveBack();
    expect(await (await taken("worker-3")).isAskedBack()).toBe(true);
  });

  test("bytes are found by what they are, and only those", async () => {
    const bytes = Uint8Array.of(1, 2, 255);
    const hash = await coordinator.blobs.put(bytes);
    expect(hash).toBe(hashOf(bytes));
    expect([...((await worker.blobs.get(hash)) ?? [])]).toEqual([1, 2, 255]);
    expect(await worker.blobs.get(hashOf("other"))).toBeNull();
    await coordinator.blobs.drop([hash]);
    expect(await worker.blobs.get(hash)).toBeNull();
  });

  test("workers tell of themselves until they leave, and why they take no part in a job", async () => {
    await worker.tellWorker(smallWorker("one"));
    await worker.tellWorker(smallWorker("one", { done: 3 }));
    expect(await coordinator.workers()).toEqual([smallWorker("one", { done: 3 })]);
    await worker.refuse(job.id, { worker: "one", why: "it lacks unet" });
    expect(await coordinator.refusals(job.id)).toEqual([{ worker: "one", why: "it lacks unet" }]);
    await sleep(300);
    const silent = await coordinator.silentSeconds("one");
    expect(silent).toBeGreaterThan(0.25);
    expect(silent).toBeLessThan(30);
    await worker.leave("one");
    expect(await coordinator.workers()).toEqual([]);
  });

  test("news of what has come in reach workers, and of what has ended coordinators, and neither hears the other's", async () => {
    const [ofWorker, ofCoordinator]: [News[], News[]] = [[], []];
    const stop = worker.onNews("submitted", (news) => ofWorker.push(news));
    const stopToo = coordinator.onNews("ended", (news) => ofCoordinator.push(news));
    let count = 0;
    // What is told before it is known that they listen is lost.
    await expect
      .poll(async () => {
        await submit(`${(count += 1)}`);
        await (await taken()).complete(answerOf("worker-1"));
        return [ofWorker.length > 0, ofCoordinator.length > 0];
      })
      .toEqual([true, true]);
    expect(ofWorker).toContainEqual({ what: "submitted", job: job.id });
    await expect.poll(() => ofCoordinator).toContainEqual({ what: "ended", job: job.id, piece: `${count}` });
    const kindsOf = (heard: readonly News[]): Set<string> => new Set(heard.map(({ what }) => what));
    expect([kindsOf(ofWorker), kindsOf(ofCoordinator)]).toEqual([new Set(["submitted"]), new Set(["ended"])]);
    stop();
    stopToo();
  });

  test("who holds a piece is known, and a piece that was given back or whose worker fell silent waits again", async () => {
    await submit("a");
    const lease = await taken("worker-1");
    expect(await stateOf("a")).toEqual({ is: "taken", worker: "worker-1" });
    await lease.giveBack();
    expect(await stateOf("a")).toEqual({ is: "waiting" });
    await taken("worker-2");
    expect(await stateOf("a")).toEqual({ is: "taken", worker: "worker-2" });
    await expect.poll(() => stateOf("a"), { timeout: 5 * SILENCE_MS }).toEqual({ is: "waiting" });
  });
});

async function untilTaken<T>(take: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await take();
    if (found !== null) return found;
    await sleep(50);
  }
}
