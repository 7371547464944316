// What a hostile input may cost: a reader that refuses it after a minute, or after filling the memory, has not refused it.

import { expect } from "vitest";

export interface Cost {
  readonly milliseconds: number;
  /** Bytes beyond what was used before, with what was still to be collected. */
  readonly bytes: number;
}

/** Far more than a sound reader takes on a slow and busy machine, and far less than a quadratic one. */
export function expectWithin(limit: { readonly seconds: number; readonly megabytes: number }, task: () => void): void {
  const cost = costOf(task);
  expect(cost.milliseconds).toBeLessThan(1000 * limit.seconds);
  expect(cost.bytes).toBeLessThan(2 ** 20 * limit.megabytes);
}

function costOf(task: () => void): Cost {
  const before = process.memoryUsage();
  // Of this process's processor, so that what else the machine does is not counted.
  const start = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(start);
  const after = process.memoryUsage();
  const bytes = after.heapUsed + after.external - before.heapUsed - before.external;
  return { milliseconds: (user + system) / 1000, bytes };
}
