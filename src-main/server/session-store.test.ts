import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSessionStore, revokeSessions, UNUSED_DAYS } from "./session-store.ts";

const DAY_MS = 24 * 60 * 60_000;
const secrets = { cookie: "the-cookie", key: "the-key" };
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "reneg-sessions-"));
});
afterEach(() => rmSync(home, { recursive: true }));

test("a session ends when nobody has used it for long, and lasts as long as it is used", () => {
  let now = 0;
  const store = openSessionStore(home, false, () => now);
  store.add(secrets);
  now += (UNUSED_DAYS - 1) * DAY_MS;
  expect(store.knowsCookie("the-cookie")).toBe(true);
  now += (UNUSED_DAYS - 1) * DAY_MS;
  expect(store.knowsCookie("the-cookie")).toBe(true);
  expect(store.knowsKey("the-key")).toBe(true);
  now += UNUSED_DAYS * DAY_MS;
  expect(store.knowsCookie("the-cookie")).toBe(false);
  expect(store.knowsKey("the-key")).toBe(false);
});

test("the next server knows the sessions of this one only if they are kept, and the file tells no secret", () => {
  openSessionStore(home, false).add(secrets);
  expect(readFileSync(join(home, "sessions.json"), "utf8")).not.toMatch(/the-(cookie|key)/);
  expect(openSessionStore(home, true).knowsCookie("the-cookie")).toBe(true);
  expect(openSessionStore(home, false).knowsCookie("the-cookie")).toBe(false);
  expect(openSessionStore(home, true).knowsCookie("the-cookie")).toBe(false);
});

test("another program ends the sessions of one that runs", () => {
  const store = openSessionStore(home, true);
  store.add(secrets);
  expect(store.wasRevoked()).toBe(false);
  revokeSessions(home);
  expect(store.wasRevoked()).toBe(true);
  expect(store.knowsCookie("the-cookie")).toBe(false);
  expect(store.wasRevoked()).toBe(false);
});
