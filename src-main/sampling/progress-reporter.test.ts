import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "../common/run-events.ts";
import { progressReporter } from "./progress-reporter.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** What is told when `done` of 10 are done after six seconds, of which `before` were done earlier. */
async function tell(done: number, before = 0): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const report = progressReporter("drawing", async (event) => void events.push(event), { before });
  vi.advanceTimersByTime(6000);
  await report(done, 10);
  return events;
}

test("the time left goes by what was done so far", async () => {
  expect(await tell(6)).toEqual([{ type: "progress", phase: "drawing", done: 6, total: 10, secondsLeft: 4 }]);
});

test("what was done before says nothing of the time left", async () => {
  expect(await tell(6, 4)).toMatchObject([{ done: 6, secondsLeft: 12 }]);
  expect(await tell(4, 4)).toEqual([{ type: "progress", phase: "drawing", done: 4, total: 10 }]);
});
