import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openQueueSetting } from "./queue-setting.ts";

let folder: string;
let queueFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reneg-queue-"));
  queueFile = join(folder, "queue.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const OF_ENVIRONMENT = { RENEG_QUEUE: "redis://:secret@env.example:6379", RENEG_QUEUE_TOKEN: "word" };

test("nothing is set until somebody does", () => {
  const { place, setting } = openQueueSetting({ queueFile }, {});
  expect(place()).toBeNull();
  expect(setting()).toEqual({ from: null, address: null, hasPassword: false, hasToken: false, workerCommand: null });
});

test("what is kept is for its user alone, and of its secrets a page is told only that they are there", () => {
  const { place, setting, save } = openQueueSetting({ queueFile }, {});
  save({ address: " rediss://ann:secret@queue.example:6380 ", token: "let-me-in" });
  expect(place()).toEqual({ address: "rediss://ann:secret@queue.example:6380", token: "let-me-in" });
  expect(readFileSync(queueFile, "utf8")).toContain("secret");
  if (process.platform !== "win32") expect(statSync(queueFile).mode & 0o777).toBe(0o600);
  expect(setting()).toEqual({
    from: "studio",
    address: "rediss://ann:***@queue.example:6380",
    hasPassword: true,
    hasToken: true,
    workerCommand: "reneg worker --queue 'rediss://ann:PASSWORD@queue.example:6380' --token TOKEN",
  });
  save({ token: "" });
  expect(place()).toEqual({ address: "rediss://ann:secret@queue.example:6380", token: "" });
  expect(JSON.stringify(setting())).not.toMatch(/secret|let-me-in/);
});

test("the environment counts where nothing is set here, and again when that is removed; none of it is written", () => {
  const { place, setting, save, remove } = openQueueSetting({ queueFile }, OF_ENVIRONMENT);
  expect(setting()).toMatchObject({ from: "environment", address: "redis://:***@env.example:6379", hasToken: true });
  expect(() => save({ token: "other" })).toThrow(/no address is kept here/);
  expect(existsSync(queueFile)).toBe(false);
  save({ address: "redis://localhost:6379" });
  expect(place()).toEqual({ address: "redis://localhost:6379", token: "" });
  expect(setting()).toMatchObject({ from: "studio", hasPassword: false });
  remove();
  expect(existsSync(queueFile)).toBe(false);
  expect(place()).toEqual({ address: "redis://:secret@env.example:6379", token: "word" });
});

test.each([
  ["queue.example", /not the address of a queue/],
  ["redis://:***@queue.example:6379", /password of this address is hidden/],
])("%s is refused, and what was kept stays", (address, why) => {
  const { place, save } = openQueueSetting({ queueFile }, {});
  save({ address: "redis://:secret@queue.example:6379" });
  expect(() => save({ address })).toThrow(why);
  expect(place()?.address).toBe("redis://:secret@queue.example:6379");
});
