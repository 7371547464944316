import { expect, test } from "vitest";
import type { JobState } from "../common/studio/job.ts";
import { jobIn } from "../common/testing/job-in.ts";
import { noticesOf, progressOf } from "./run-progress.ts";

test("the task bar shows the run that learns", () => {
  expect(progressOf([jobIn("done"), jobIn("running"), jobIn("queued")])).toBe(0.25);
  expect(progressOf([jobIn("stopping", { step: 60 })])).toBe(0.5);
});

test("the task bar shows the run of this machine before those that workers do", () => {
  const elsewhere = jobIn("running", { workers: { device: "cpu", images: false, worker: "gpu-1" }, step: 60 });
  expect(progressOf([elsewhere, jobIn("running")])).toBe(0.25);
  expect(progressOf([elsewhere])).toBe(0.5);
});

test("the task bar shows nothing while nothing learns", () => {
  expect(progressOf([jobIn("queued"), jobIn("paused"), jobIn("failed")])).toBeNull();
});

test("a run of unknown length has not begun", () => {
  expect(progressOf([jobIn("running", { total: 0 })])).toBe(0);
});

test("a run that is done is told once, with its reward", () => {
  const done = [jobIn("done", { step: 120, reward: { mean: 0.51239, error: 0.004, steps: 24 } })];
  expect(noticesOf([jobIn("running")], done)).toEqual([
    { title: "Cats is learned", body: "120 steps, reward 0.512 ± 0.004" },
  ]);
  expect(noticesOf(done, done)).toEqual([]);
});

test("a run that failed says why", () => {
  const error = { severity: "error", code: "x", at: {}, message: "no memory is left" } as const;
  expect(noticesOf([jobIn("running")], [jobIn("failed", { diagnostics: [error] })])).toEqual([
    { title: "Cats failed at step 30", body: "no memory is left" },
  ]);
});

test.each<JobState>(["paused", "stopped", "running", "stopping"])("a run that is %s is not told", (state) => {
  expect(noticesOf([jobIn("running")], [jobIn(state)])).toEqual([]);
});
