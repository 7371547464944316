import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { codeOf } from "../common/testing/code-of.ts";
import { isLock, lockFolder } from "../weights/folder-lock.ts";
import { openHome } from "./home.ts";

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

test("a home that could not be opened can be opened once it is mended", () => {
  writeFileSync(join(folder, "drafts"), "no folder");
  expect(codeOf(() => openHome(folder))).toBe("file-not-writable");
  rmSync(join(folder, "drafts"));
  openHome(folder).leave();
  expect(existsSync(join(folder, "lock"))).toBe(false);
});
