import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writePreviewRewards } from "./preview-rewards.ts";

let run = "";
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), "preview-rewards-"));
  mkdirSync(join(run, "previews"));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const file = (): string => join(run, "previews/rewards.jsonl");
const told = (): unknown[] =>
  readFileSync(file(), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

test("a preview that is drawn again is told once", () => {
  writePreviewRewards(run, { name: "", step: 0, rewards: [1] });
  writePreviewRewards(run, { name: "", step: 2, rewards: [2] });
  writePreviewRewards(run, { name: "", step: 2, rewards: [3] });
  writePreviewRewards(run, { name: "other", step: 2, rewards: [4] });
  expect(told()).toEqual([
    { name: "", step: 0, rewards: [1] },
    { name: "", step: 2, rewards: [3] },
    { name: "other", step: 2, rewards: [4] },
  ]);
});

test("a line that was cut off takes no other with it", () => {
  writePreviewRewards(run, { name: "", step: 0, rewards: [1] });
  appendFileSync(file(), '{"name":"","st');
  writePreviewRewards(run, { name: "", step: 4, rewards: [2] });
  expect(told()).toEqual([
    { name: "", step: 0, rewards: [1] },
    { name: "", step: 4, rewards: [2] },
  ]);
});
