import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createCrashLog } from "./crash-log.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-crash-"));
afterAll(() => rmSync(folder, { recursive: true }));

const logIn = (name: string) =>
  createCrashLog(join(folder, name, "crash.log"), "ReNeg Studio 1.0 on linux", () => new Date(0));

test("an entry says when, what and where, line by line", () => {
  const log = logIn("entry");
  log.write("the page is gone", { reason: "oom" });
  log.write("the engine said", "first\nsecond");
  expect(readFileSync(log.path, "utf8")).toMatchInlineSnapshot(`
    "1970-01-01T00:00:00.000Z the page is gone
      ReNeg Studio 1.0 on linux
      {
        "reason": "oom"
      }

    1970-01-01T00:00:00.000Z the engine said
      ReNeg Studio 1.0 on linux
      first
      second

    "
  `);
});

test("a fault brings its stack", () => {
  const log = logIn("stack");
  log.write("a fault", new Error("no such thing"));
  expect(readFileSync(log.path, "utf8")).toMatch(/Error: no such thing\n {6}at .*crash-log\.test\.ts/);
});

test("a log that has grown large makes room, and the old one stays", () => {
  const log = logIn("large");
  log.write("old", "");
  writeFileSync(log.path, "x".repeat(1_000_001));
  log.write("new", "");
  expect(readFileSync(log.path, "utf8")).toContain("new");
  expect(readFileSync(`${log.path}.old`, "utf8")).toHaveLength(1_000_001);
});
