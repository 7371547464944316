import { Command } from "commander";
import { afterEach, expect, test, vi } from "vitest";
import {
  addQueuedOptions,
  addWorkersOptions,
  type QueuedOptions,
  wordsOfUnusedQueue,
  workersOf,
  workersOfQueue,
  type WorkersOptions,
} from "./workers-options.ts";

afterEach(() => vi.unstubAllEnvs());

const KEPT = "redis://:secret@queue.example:6379";
const GIVEN = "redis://other.example:6379";

function queued(...words: readonly string[]): QueuedOptions {
  const command = new Command().argument("[file]");
  addQueuedOptions(command);
  return command.parse(words, { from: "user" }).opts();
}

function helped(...words: readonly string[]): WorkersOptions {
  const command = new Command().argument("[file]");
  addWorkersOptions(command);
  return command.parse(words, { from: "user" }).opts();
}

test("runs go to a queue only when it is asked for, and whoever has one in the environment is told so", () => {
  vi.stubEnv("RENEG_QUEUE", KEPT);
  expect(workersOfQueue(queued("recipe.json"))).toBeUndefined();
  expect(wordsOfUnusedQueue(queued("recipe.json"))).toMatch(/on this machine; with --queue/);
  expect(workersOfQueue(queued("recipe.json", "--queue"))).toMatchObject({ queue: KEPT });
  expect(wordsOfUnusedQueue(queued("recipe.json", "--queue"))).toBeNull();
  expect(workersOfQueue(queued("recipe.json", "--queue", GIVEN))).toMatchObject({ queue: GIVEN });
});

test("workers of the environment's queue are asked for without typing its password", () => {
  vi.stubEnv("RENEG_QUEUE", KEPT);
  expect(workersOf(helped("recipe.json"))).toBeUndefined();
  expect(workersOf(helped("recipe.json", "--workers"))).toMatchObject({ queue: KEPT });
});

test("a queue that is asked for and named nowhere is refused at the option that asked", () => {
  vi.stubEnv("RENEG_QUEUE", "");
  expect(() => workersOfQueue(queued("--queue"))).toThrow(/no queue is named\n {2}at --queue/);
  expect(() => workersOf(helped("--workers"))).toThrow(/no queue is named\n {2}at --workers/);
  expect(wordsOfUnusedQueue(queued())).toBeNull();
});
