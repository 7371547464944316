import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Piece, RunWork } from "../../common/queue/piece.ts";
import { hashOf } from "../sign.ts";
import { BACK_ENDS, type BackEnd } from "../testing/back-ends.ts";
import { SILENCE_MS } from "../testing/small-job.ts";
import { echo, startTestWorker, type TestWorker, type TestWorkerOptions } from "../testing/test-worker.ts";
import type { Lease, WorkQueue } from "../work-queue.ts";
import { type Coordinator, openCoordinator } from "./coordinator.ts";

const work: RunWork = { kind: "run", program: hashOf("long"), images: false, checkpoint: null };
const long = { name: "long", work };
const read = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe.each(BACK_ENDS)("a whole run, by a queue $name,", ({ missing, start }) => {
  let backEnd: BackEnd;
  let queue: WorkQueue;
  let coordinator: Coordinator;
  let workers: TestWorker[] = [];
  beforeEach(async ({ skip }) => {
    skip(missing !== null, missing ?? "");
    backEnd = await start();
    queue = await backEnd.open();
    workers = [];
    coordinator = await openCoordinator(queue, {
      job: { kind: "sweep", title: "small", version: "1", device: "cpu", models: [], files: [], silenceMs: SILENCE_MS },
      token: "",
      warn: async () => undefined,
      signal: new AbortController().signal,
    });
  });
  afterEach(async () => {
    if (missing !== null) return;
    await Promise.all(workers.map(({ leave }) => leave()));
    await coordinator.close();
    await backEnd.close();
  });

  const add = async (name: string, options: TestWorkerOptions): Promise<TestWorker> => {
    const worker = startTestWorker(await backEnd.open(), name, options);
    workers.push(worker);
    return worker;
  };

  test("goes on from what its worker has handed over, also if the queue has lost it since", async () => {
    const begun: (string | null)[] = [];
    const beginning = async ({ work }: Piece): Promise<string | null> => {
      if (work.kind !== "run" || work.checkpoint === null) return null;
      return read((await queue.blobs.get(work.checkpoint)) ?? Buffer.from("lost"));
    };
    const startOne = (name: string, upTo: number): Promise<TestWorker> =>
      add(name, {
        async execute(piece, signal, tell) {
          begun.push(await beginning(piece));
          tell.checkpoint({ step: upTo, bytes: Buffer.from(`up to ${upTo}`) });
          return sleep(20_000, Buffer.of(), { signal });
        },
      });
    const kept: string[] = [];
    const again = async () => {
      const checkpoint = await queue.blobs.put(Buffer.from(kept.at(-1) ?? "nothing"));
      return { ...work, checkpoint };
    };
    const done = coordinator.carryOut([{ ...long, again }], {
      read,
      onAnswer: () => undefined,
      onCheckpoint: (_index, bytes) => void kept.push(read(bytes)),
    });
    const first = await startOne("first", 3);
    await expect.poll(() => kept, { timeout: 10_000 }).toEqual(["up to 3"]);
    await first.leave();
    const second = await startOne("second", 5);
    await expect.poll(() => kept, { timeout: 10_000 }).toEqual(["up to 3", "up to 5"]);
    expect(begun).toEqual([null, "up to 3"]);
    // Where another has taken its place, the one before is gone.
    expect(await queue.blobs.get(hashOf("up to 3"))).toBeNull();
    await queue.drop(coordinator.id, ["long"]);
    await second.leave();
    await add("third", {
      async execute(piece) {
        begun.push(await beginning(piece));
        return echo(piece);
      },
    });
    await done;
    expect(begun).toEqual([null, "up to 3", "up to 5"]);
  });

  test("that is wanted back is handed over by its worker first, and nobody begins it again", async () => {
    const back = new AbortController();
    const heard: string[] = [];
    const one = await add("one", {
      async execute(_piece, signal, tell) {
        tell.checkpoint({ step: 1, bytes: Buffer.from("up to 1") });
        try {
          return await sleep(20_000, Buffer.of(), { signal });
        } finally {
          // As a run does that is given up.
          tell.checkpoint({ step: 4, bytes: Buffer.from("up to 4") });
        }
      },
    });
    const done = coordinator.carryOut([{ ...long, wantedBack: back.signal }], {
      read,
      onAnswer: () => void heard.push("answered"),
      onCheckpoint: (_index, bytes) => void heard.push(read(bytes)),
      onHandedBack: () => void heard.push("handed back"),
    });
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(["up to 1"]);
    back.abort();
    await done;
    expect(heard).toEqual(["up to 1", "up to 4", "handed back"]);
    expect(one.events.map(({ type }) => type)).toEqual(["taken", "given back"]);
  });

  test("that is wanted back before anybody has taken it, or whose worker is dead, is taken back all the same", async () => {
    const back = new AbortController();
    const heard: string[] = [];
    const [early, late] = [
      { ...long, name: "early", wantedBack: AbortSignal.abort() },
      { ...long, name: "late", wantedBack: back.signal },
    ];
    const done = coordinator.carryOut([late, early], {
      read,
      onAnswer: () => void heard.push("answered"),
      onHandedBack: (index) => void heard.push(`${index}`),
    });
    await expect.poll(() => heard).toEqual(["1"]);
    const [job] = await queue.jobs();
    expect(await queue.take(job!, "dead")).not.toBeNull();
    await expect.poll(async () => (await queue.look(coordinator.id, ["late"])).get("late")?.is).toBe("taken");
    back.abort();
    await done;
    expect(heard).toEqual(["1", "0"]);
  });

  test("goes nowhere from a checkpoint that somebody without the token has written, which is not kept either", async () => {
    const kept: string[] = [];
    const done = coordinator.carryOut([long], {
      read,
      onAnswer: () => undefined,
      onCheckpoint: (_index, bytes) => void kept.push(read(bytes)),
    });
    const [job] = await queue.jobs();
    if (job === undefined) throw new Error("the job is not announced");
    let lease: Lease | null = null;
    await expect.poll(async () => (lease ??= await queue.take(job, "foreign"))).not.toBeNull();
    const blob = await queue.blobs.put(Buffer.from("of somebody else"));
    const checkpoint = { worker: "foreign", step: 3, blob, signature: "signed" };
    await lease!.report({ worker: "foreign", step: 3, total: 5, secondsLeft: null }, checkpoint);
    await sleep(1500);
    await lease!.giveBack();
    await add("honest", {});
    await expect(done).rejects.toThrow(/not signed with the queue's token/);
    expect(kept).toEqual([]);
  });
});
