import { expect, test } from "vitest";
import { createWorker } from "./fault-worker.ts";

const PROGRAM = "testing/obedient-program.ts";

test("a process that hangs is ended and told, and the next task has a process of its own", async () => {
  const worker = createWorker<{ readonly command: string }, { readonly done: string }>(PROGRAM, 6000);
  expect(await worker.ask({ command: "answer" })).toEqual({ done: "answer" });
  expect(await worker.ask({ command: "hang" })).toBe("hung");
  expect(await worker.ask({ command: "answer" })).toEqual({ done: "answer" });
  expect(await worker.ask({ command: "die" })).toBe("gone");
  expect(await worker.ask({ command: "answer" })).toEqual({ done: "answer" });
  await worker.end();
});
