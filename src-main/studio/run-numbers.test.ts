import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openRunNumbers } from "./run-numbers.ts";

let folder: string;
let runs: string;
const open = () => openRunNumbers(join(folder, "run-numbers.json"), runs);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-numbers-"));
  runs = join(folder, "runs");
  mkdirSync(runs);
});
afterEach(() => rmSync(folder, { recursive: true }));

function makeRun(id: string, createdAt: string): void {
  mkdirSync(join(runs, id));
  writeFileSync(join(runs, id, "plan.json"), "{}");
  writeFileSync(join(runs, id, "studio.json"), JSON.stringify({ createdAt }));
}

test("runs of an earlier version get their numbers in the order in which they were made, and keep them", () => {
  makeRun("b", "2026-01-01T00:00:00Z");
  makeRun("a", "2026-02-01T00:00:00Z");
  const numbers = open();
  expect(["a", "b"].map(numbers.of)).toEqual([2, 1]);
  expect(numbers.give("c")).toBe(3);
  expect(["a", "b"].map(open().of)).toEqual([2, 1]);
});

test("the number of a deleted run is given to no other, not even to one that is called the same", () => {
  const numbers = open();
  makeRun("cats", "2026-01-01T00:00:00Z");
  expect(numbers.of("cats")).toBe(1);
  rmSync(join(runs, "cats"), { recursive: true });
  expect(numbers.give("cats")).toBe(2);
  rmSync(join(folder, "runs"), { recursive: true });
  mkdirSync(runs);
  expect(open().give("dogs")).toBe(3);
});

test("a folder that is no run gets no number when the home is opened", () => {
  mkdirSync(join(runs, "other"));
  expect(open().give("cats")).toBe(1);
});
