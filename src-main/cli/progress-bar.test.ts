import { beforeEach, expect, test } from "vitest";
import { createProgressBar, printDuration, type ProgressBar } from "./progress-bar.ts";

let time = 0;
let written: string[] = [];
beforeEach(() => {
  time = 0;
  written = [];
});

function bar(isTTY: boolean, columns = 80): ProgressBar {
  return createProgressBar({ isTTY, columns, write: (text) => written.push(text) }, () => time);
}

test("a terminal shows a bar with percent, rate and time left, drawn over itself", () => {
  const { update } = bar(true);
  update({ phase: "sampling", done: 0, total: 8 });
  time = 2000;
  update({ phase: "sampling", done: 4, total: 8 });
  expect(written).toEqual([
    "\r\x1b[K░░░░░░░░░░░░░░░░░░░░░░░░ sampling   0 %  0/8",
    "\r\x1b[K████████████░░░░░░░░░░░░ sampling  50 %  4/8  2.0/s  0:02 left",
  ]);
});

test("elsewhere a plain line is written at most every five seconds, and at the end", () => {
  const { update } = bar(false);
  for (time = 0; time <= 12_000; time += 1000)
    update({ phase: "learning", done: time / 1000, total: 12, detail: "reward 1" });
  expect(written).toEqual([
    "learning   0 %  0/12  reward 1\n",
    "learning  41 %  5/12  1.0/s  0:07 left  reward 1\n",
    "learning  83 %  10/12  1.0/s  0:02 left  reward 1\n",
    "learning 100 %  12/12  1.0/s  reward 1\n",
  ]);
});

test("the worker's own estimate of the time left is preferred, and slow steps are told in seconds", () => {
  const { update } = bar(false);
  update({ phase: "learning", done: 0, total: 10 });
  time = 9000;
  update({ phase: "learning", done: 2, total: 10, secondsLeft: 3700 });
  expect(written.at(-1)).toBe("learning  20 %  2/10  4.5 s each  1:01:40 left\n");
});

test("a new phase is shown at once", () => {
  const { update } = bar(false);
  update({ phase: "learning", done: 5, total: 5 });
  update({ phase: "evaluating", done: 0, total: 5 });
  expect(written).toEqual(["learning 100 %  5/5\n", "evaluating   0 %  0/5\n"]);
});

test("work begun in part is counted in whole numbers, with what is counted", () => {
  bar(false).update({ phase: "evaluating", unit: "images", done: 34.6, total: 96 });
  expect(written).toEqual(["evaluating  36 %  34/96 images\n"]);
});

test("what nothing is known of stands in place of the bar, and gives way to it", () => {
  const { busy, update } = bar(true);
  busy("loading unet …");
  update({ phase: "drawing", done: 1, total: 2 });
  expect(written).toEqual(["\r\x1b[Kloading unet …", "\r\x1b[K████████████░░░░░░░░░░░░ drawing  50 %  1/2"]);
});

test("a line that stays is written above the bar", () => {
  const { update, line, end } = bar(true);
  update({ phase: "x", done: 0, total: 1 });
  const [drawn = ""] = written;
  line("a note");
  end();
  expect(written.slice(1)).toEqual([`\r\x1b[Ka note\n${drawn.slice("\r\x1b[K".length)}`, "\n"]);
});

test("a bar never wraps", () => {
  bar(true, 40).update({ phase: "a phase with a long name", done: 1, total: 2, detail: "and more" });
  expect(written[0]?.replace("\r\x1b[K", "")).toHaveLength(39);
});

test("durations are printed as clocks do", () => {
  expect([0, 7.4, 754, 3723].map(printDuration)).toEqual(["0:00", "0:07", "12:34", "1:02:03"]);
});
