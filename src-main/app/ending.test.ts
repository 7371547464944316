import { expect, test } from "vitest";
import { createEnding } from "./ending.ts";

function setUp() {
  const closing = Promise.withResolvers<void>();
  const killing = Promise.withResolvers<void>();
  const calls: string[] = [];
  const faults: unknown[] = [];
  const ending = createEnding(
    {
      close: () => (calls.push("close"), closing.promise),
      kill: () => (calls.push("kill"), killing.promise),
    },
    { onEnded: () => calls.push("ended"), onFault: (fault) => faults.push(fault) },
  );
  return { ending, closing, killing, calls, faults };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the program ends when the step in work has ended", async () => {
  const { ending, closing, calls } = setUp();
  expect(ending.request()).toBe(false);
  await settle();
  expect(calls).toEqual(["close"]);
  closing.resolve();
  await settle();
  expect(calls).toEqual(["close", "ended"]);
  expect(ending.request()).toBe(true);
});

test("a second request ends the engine at once, and a third changes nothing", async () => {
  const { ending, closing, killing, calls } = setUp();
  ending.request();
  expect(ending.request()).toBe(false);
  expect(ending.request()).toBe(false);
  killing.resolve();
  await settle();
  closing.resolve();
  await settle();
  expect(calls).toEqual(["close", "kill", "ended"]);
});

test("a studio that cannot close does not keep the program from ending, but the fault is told", async () => {
  const { ending, closing, calls, faults } = setUp();
  ending.request();
  const fault = new Error("disk full");
  closing.reject(fault);
  await settle();
  expect(faults).toEqual([fault]);
  expect(calls).toEqual(["close", "ended"]);
  expect(ending.request()).toBe(true);
});
