import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOf } from "../common/testing/code-of.ts";
import { isLock, lockFolder } from "../weights/folder-lock.ts";
import { openHome } from "./home.ts";
import { newJob, openJobTable } from "./job-table.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-home-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function leaveUnfinished(...names: readonly string[]): string {
  const file = join(folder, ...names, `.jobs.json.${randomUUID()}.tmp`);
  mkdirSync(join(folder, ...names), { recursive: true });
  writeFileSync(file, "half");
  return file;
}

test("what a crash left unfinished is swept when the studio starts, and nothing else", () => {
  const left = [
    leaveUnfinished(),
    leaveUnfinished("drafts"),
    leaveUnfinished("workflows"),
    leaveUnfinished("runs", "a"),
  ];
  const kept = join(folder, "runs", "a", ".hidden.tmp");
  writeFileSync(kept, "");
  openHome(folder).leave();
  expect(left.filter((file) => existsSync(file))).toEqual([]);
  expect(existsSync(kept)).toBe(true);
  expect(existsSync(join(folder, "runs", "a", "lock"))).toBe(false);
});

test("beside a run on which another program works nothing is swept", () => {
  const unfinished = leaveUnfinished("runs", "a");
  const lock = lockFolder(join(folder, "runs", "a"));
  openHome(folder).leave();
  expect(existsSync(unfinished)).toBe(true);
  if (isLock(lock)) lock.release();
});

test("a run that cannot be looked at keeps nobody from the others, and is not forgotten", () => {
  const runs = join(folder, "runs");
  openHome(folder).leave();
  symlinkSync("loop", join(runs, "loop"));
  symlinkSync("nothing", join(runs, "gone"));
  const job = newJob({ run: "loop", number: 1, kind: "learn", name: "Loop" });
  writeFileSync(join(folder, "jobs.json"), JSON.stringify([job, { ...job, run: "gone" }]));
  writeFileSync(join(folder, "run-numbers.json"), JSON.stringify({ last: 7, runs: [{ run: "loop", number: 7 }] }));
  const home = openHome(folder);
  expect(home.runNumbers.of("loop")).toBe(7);
  const table = openJobTable(home, () => undefined);
  expect(table.list().map(({ run, state }) => [run, state])).toEqual([["loop", "paused"]]);
  home.leave();
});

test("a home that could not be opened can be opened once it is mended", () => {
  writeFileSync(join(folder, "drafts"), "no folder");
  expect(codeOf(() => openHome(folder))).toBe("file-not-writable");
  rmSync(join(folder, "drafts"));
  openHome(folder).leave();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});
