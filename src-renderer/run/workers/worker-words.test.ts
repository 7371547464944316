import { expect, test } from "vitest";
import type { HeardWorker, QueueReport } from "../../../src-main/common/queue/job.ts";
import { doingOf, offeredCrews, reasonsAgainst } from "./worker-words.ts";

function worker(name: string, more: Partial<HeardWorker> = {}): HeardWorker {
  return {
    name,
    host: "there",
    pid: 7,
    version: "1",
    device: "cpu",
    devices: ["cpu"],
    memoryMB: 1000,
    models: [],
    doing: null,
    done: 0,
    failed: 0,
    seconds: 10,
    busySeconds: 5,
    silentSeconds: 2,
    ...more,
  };
}

function job(more: Partial<QueueReport["jobs"][number]>): QueueReport["jobs"][number] {
  return {
    id: "job-1",
    kind: "sweep",
    title: "small",
    version: "1",
    device: "cpu",
    models: [],
    files: [],
    silenceMs: 1000,
    begun: 0,
    banned: {},
    pieces: { waiting: 0, taken: 0, done: 0, failed: 0 },
    refusals: [],
    ...more,
  };
}

test("a worker at a run of this editor is told by the run's number, and at others by what the queue calls them", () => {
  const jobs = [{ run: "small-seed-1", number: 12 }];
  expect(doingOf(worker("one"), jobs)).toBe("Idle");
  expect(doingOf(worker("one", { doing: { job: "small", piece: "small-seed-1" } }), jobs)).toBe("Run 12 of small");
  expect(doingOf(worker("one", { doing: { job: "large", piece: "run-3" } }), jobs)).toBe("run-3 of large");
});

test("why a worker takes no part is told with the job, and of another version also while there is none", () => {
  const refused = job({ refusals: [{ worker: "one", why: "it lacks unet" }] });
  const banned = job({ title: "large", banned: { one: "its answers could not be used" } });
  expect(reasonsAgainst(worker("one"), [refused, banned], "1")).toEqual([
    "Takes no part in small: it lacks unet",
    "Asked no more for large: its answers could not be used",
  ]);
  expect(reasonsAgainst(worker("two"), [refused, banned], "1")).toEqual([]);
  expect(reasonsAgainst(worker("old", { version: "0" }), [], "1")).toEqual([
    "Takes no part in what is begun here, which is version 1",
  ]);
});

test("workers of this version are offered by their device, the most first", () => {
  const all = [worker("one"), worker("two", { device: "cuda" }), worker("three", { device: "cuda" })];
  expect(offeredCrews([...all, worker("old", { device: "cuda", version: "0" })], "1")).toEqual([
    { device: "cuda", count: 2 },
    { device: "cpu", count: 1 },
  ]);
});
