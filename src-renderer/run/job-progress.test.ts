import { expect, test } from "vitest";
import { jobIn } from "../../src-main/common/testing/job-in.ts";
import { jobProgressOf } from "./job-progress.ts";

const evaluating = { name: "evaluating", unit: "images", done: 34.7, total: 96, secondsLeft: 41.2 };

test("while it learns, the bar is that of its steps, with the time left", () => {
  expect(jobProgressOf(jobIn("running", { secondsLeft: 100 }))).toEqual({
    value: 30,
    max: 120,
    words: "30 / 120, 1 min 40 s left",
  });
});

test("where it may end early, the time left is the most that it can be", () => {
  expect(jobProgressOf(jobIn("running", { secondsLeft: 100, mayEndEarly: true }))?.words).toBe(
    "30 / 120, at most 1 min 40 s left",
  );
});

test("what is drawn between steps is told beside them", () => {
  const phase = { name: "drawing", unit: "preview images", done: 2.5, total: 4, secondsLeft: 1 };
  expect(jobProgressOf(jobIn("running", { phase, secondsLeft: 100 }))?.words).toBe(
    "30 / 120, Drawing 2 of 4 preview images, 1 min 40 s left",
  );
});

test("evaluation after the last step has a bar and a time left of its own", () => {
  expect(jobProgressOf(jobIn("running", { step: 120, phase: evaluating }))).toEqual({
    value: 34.7,
    max: 96,
    words: "Evaluating 34 of 96 images, 41 s left",
  });
});

test("a phase whose unit has no name counts without one", () => {
  const phase = { name: "decoding frames", unit: null, done: 3, total: 8, secondsLeft: null };
  expect(jobProgressOf(jobIn("running", { step: 120, phase }))?.words).toBe("Decoding frames, 3 of 8");
});

test("loading is told without a number, and only while it is at work", () => {
  expect(jobProgressOf(jobIn("running", { loading: "unet" }))).toEqual({ value: null, max: 1, words: "Loading unet…" });
  expect(jobProgressOf(jobIn("paused", { loading: "unet", phase: evaluating }))?.words).toBe("30 / 120");
});

test("of a run that has not begun nothing is told", () => {
  expect(jobProgressOf(jobIn("queued", { step: 0, total: 0 }))).toBeNull();
});
