import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followHeartbeat } from "./heartbeat.ts";

const LIMIT_MS = 60_000;
let told: (number | null)[] = [];
beforeEach(() => {
  told = [];
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function follow() {
  return followHeartbeat(LIMIT_MS, (since) => told.push(since));
}

test("silence is told once, with the time of the last beat, and its end with the next beat", () => {
  const heartbeat = follow();
  heartbeat.beat();
  vi.advanceTimersByTime(LIMIT_MS - 1);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(10 * LIMIT_MS);
  expect(told).toEqual([1_000_000]);
  heartbeat.beat();
  expect(told).toEqual([1_000_000, null]);
  heartbeat.end();
});

test("a program that has not begun to beat has at least a minute", () => {
  const heartbeat = followHeartbeat(1000, (since) => told.push(since));
  vi.advanceTimersByTime(59_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(told).toEqual([1_000_000]);
  heartbeat.end();
});

test("where the listener slept too, as on a closed laptop, nothing is told", () => {
  const heartbeat = follow();
  heartbeat.beat();
  vi.setSystemTime(1_000_000 + 100 * LIMIT_MS);
  vi.advanceTimersByTime(LIMIT_MS / 2);
  expect(told).toEqual([]);
  heartbeat.end();
});

test("the end of a silent process ends the silence, and nothing is told after it", () => {
  const heartbeat = follow();
  heartbeat.beat();
  vi.advanceTimersByTime(2 * LIMIT_MS);
  heartbeat.end();
  vi.advanceTimersByTime(10 * LIMIT_MS);
  expect(told).toEqual([1_000_000, null]);
});
