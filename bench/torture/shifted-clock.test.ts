import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const CLOCK = new URL("shifted-clock.mjs", import.meta.url);
const OFF_MS = 600_000;

test("the clock of a process is off in every form, also in those that it starts, and nothing else of dates is", () => {
  const lines = `console.log(JSON.stringify([Date.now(), +new Date(), +new Date(Date()), +new Date(5), Date.UTC(1970, 0, 2), new Date() instanceof Date]))`;
  const nested = `process.stdout.write(require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(lines)}]))`;
  const before = Date.now();
  const told = execFileSync(process.execPath, ["-e", nested], {
    env: { ...process.env, NODE_OPTIONS: `--import=${CLOCK.href}?ms=${OFF_MS}` },
  }).toString();
  const [now, fresh, printed, ...rest] = JSON.parse(told) as number[];
  for (const time of [now, fresh, printed]) {
    // Printed dates have no milliseconds.
    expect(time).toBeGreaterThan(before + OFF_MS - 1000);
    expect(time).toBeLessThanOrEqual(Date.now() + OFF_MS);
  }
  expect(rest).toEqual([5, 86_400_000, true]);
});
