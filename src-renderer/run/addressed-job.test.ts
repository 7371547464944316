import { expect, it } from "vitest";
import type { Job, JobState } from "../../src-main/common/studio/job.ts";
import { jobIn } from "../../src-main/common/testing/job-in.ts";
import { addressedJob } from "./addressed-job.ts";

const tab = { id: "tab", path: null };
const runs = (jobs: readonly Job[], runOfTab: Record<string, string> = {}) => ({ jobs, runOfTab });

it("the run at work is meant, even where the shown workflow has another that waits", () => {
  const jobs = [jobIn("running", { run: "first" }), jobIn("queued", { run: "second" })];
  expect(addressedJob(runs(jobs, { tab: "second" }), tab)?.run).toBe("first");
  expect(addressedJob(runs(jobs), undefined)?.run).toBe("first");
});

it("where nothing is at work, the shown workflow's run is meant if it can go on", () => {
  const meant = (state: JobState) => addressedJob(runs([jobIn(state, { run: "own" })], { tab: "own" }), tab)?.run;
  expect((["queued", "paused", "failed"] as const).map(meant)).toEqual(["own", "own", "own"]);
  expect((["done", "stopped"] as const).map(meant)).toEqual([undefined, undefined]);
});

it("a run of another workflow that rests is not meant", () => {
  expect(addressedJob(runs([jobIn("paused", { run: "other" })]), tab)).toBeUndefined();
});
