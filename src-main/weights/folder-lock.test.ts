import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FolderLock, holderOf, isLock, lockFolder } from "./folder-lock.ts";
import { startOf } from "./process-identity.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "folder-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function expectLock(): FolderLock {
  const result = lockFolder(folder);
  if (!isLock(result)) return expect.fail(`held by ${result.pid}`);
  return result;
}

function leaveLock(holder: object): void {
  writeFileSync(join(folder, "lock"), JSON.stringify({ host: hostname(), start: null, token: "other", ...holder }));
}

async function startProcess(): Promise<{ readonly pid: number; readonly kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); process.stdout.write('up')"]);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    pid: child.pid ?? 0,
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}

test("a second lock on a folder names who holds the first", () => {
  const first = expectLock();
  expect(lockFolder(folder)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(holderOf(folder)?.pid).toBe(process.pid);
  first.release();
  expect(holderOf(folder)).toBeNull();
  expectLock().release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a stopped process keeps its lock however long it sleeps, and a killed one loses it", async () => {
  const other = await startProcess();
  leaveLock({ pid: other.pid, start: startOf(other.pid) });
  process.kill(other.pid, "SIGSTOP");
  expect(lockFolder(folder)).toMatchObject({ pid: other.pid });
  await other.kill();
  expectLock().release();
});

test.runIf(process.platform === "linux")("a process that has ended and was not asked how holds no lock", async () => {
  // The shell becomes a program that asks no child how it ended, before the child has ended.
  const parent = spawn("sh", ["-c", "sleep 1 & echo $!; exec sleep 60"]);
  try {
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "utf8"), { timeout: 20_000 }).toMatch(/\) Z /);
    leaveLock({ pid, start: startOf(pid) });
    expectLock().release();
  } finally {
    parent.kill("SIGKILL");
  }
});

test("a lock that cannot be deleted holds no longer once it was released", () => {
  const lock = expectLock();
  const text = readFileSync(join(folder, "lock"), "utf8");
  lock.release();
  writeFileSync(join(folder, "lock"), text);
  expectLock().release();
});

test.skipIf(startOf(process.pid) === null)(
  "a later process with the number of the holder does not hold its lock",
  () => {
    leaveLock({ pid: process.pid, start: "another boot 1" });
    expectLock().release();
  },
);

test("what another machine holds stays held", () => {
  leaveLock({ pid: 1, host: "another machine" });
  expect(lockFolder(folder)).toMatchObject({ host: "another machine" });
});

test("a lock that was cut off while it was written is taken over", () => {
  for (const text of ["", '{"pid": 12', "\0\0\0\0"]) {
    writeFileSync(join(folder, "lock"), text);
    expectLock().release();
  }
});

test("what was moved aside by somebody who was killed is deleted by the next holder, unless it is held", () => {
  const [dead, held] = ["lock.fba0882e-471d-461f-9550-c3ca44438088", "lock.0ba0882e-471d-461f-9550-c3ca44438088"];
  leaveLock({ pid: 2 ** 22 + 1 });
  renameSync(join(folder, "lock"), join(folder, dead));
  leaveLock({ pid: process.ppid });
  renameSync(join(folder, "lock"), join(folder, held));
  writeFileSync(join(folder, "lock.txt"), "of somebody else");
  expectLock();
  expect(readdirSync(folder).toSorted()).toEqual(["lock", held, "lock.txt"]);
});

test("releasing leaves the lock of somebody else", () => {
  const lost = expectLock();
  leaveLock({ pid: process.pid });
  lost.release();
  expect(existsSync(join(folder, "lock"))).toBe(true);
  expect(readFileSync(join(folder, "lock"), "utf8")).toContain('"other"');
});
