import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunLogLine } from "../common/studio/run-log.ts";
import { appendLog, readLog } from "./run-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (text: string): RunLogLine => ({ at: "2026-01-01T00:00:00Z", from: "engine", tone: "info", text });

test("a log is read as it was written, without a line that was cut off", () => {
  appendLog(folder, line("one"));
  appendLog(folder, line("two"));
  appendFileSync(join(folder, "log.jsonl"), '{"at": "2026');
  expect(readLog(folder).map(({ text }) => text)).toEqual(["one", "two"]);
});

test("a line that was cut off takes no later one with it", () => {
  appendFileSync(join(folder, "log.jsonl"), '{"at": "2026');
  appendLog(folder, line("one"));
  expect(readLog(folder).map(({ text }) => text)).toEqual(["one"]);
});

test("of a long log the last lines are shown, and one without end stops growing", () => {
  for (let i = 0; i < 1200; i++) appendLog(folder, line(`${i} ${"x".repeat(1000)}`));
  const lines = readLog(folder);
  expect(lines).toHaveLength(500);
  expect(lines.at(-1)?.text.startsWith("1199")).toBe(false);
});

test("a folder that is gone loses a line and nothing else", () => {
  rmSync(folder, { recursive: true });
  expect(() => appendLog(folder, line("one"))).not.toThrow();
  expect(readLog(folder)).toEqual([]);
});
