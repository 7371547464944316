import { expect, test } from "vitest";
import { costOf, shareOfBudget, whyTooDear } from "./budget.ts";

test("a small input may cost what starting costs, and a large one more", () => {
  const cost = { milliseconds: 1000, bytes: 0 };
  expect(whyTooDear(cost, 10)).toMatch(/10 bytes took 1000 ms, more than the 400 allowed/);
  expect(whyTooDear(cost, 200 * 1024)).toBeNull();
  const memory = { milliseconds: 0, bytes: 200 * 2 ** 20 };
  expect(whyTooDear(memory, 10)).toMatch(/took 200 MiB, more than the 128 allowed/);
  expect(whyTooDear(memory, 2 ** 20)).toBeNull();
});

test("the share of the budget is that of time or of memory, whichever is nearer to its end", () => {
  expect(shareOfBudget({ milliseconds: 200, bytes: 2 ** 20 }, 0)).toBe(0.5);
  expect(shareOfBudget({ milliseconds: 1, bytes: 96 * 2 ** 20 }, 0)).toBe(0.75);
  expect(shareOfBudget({ milliseconds: 801, bytes: 0 }, 100 * 1024)).toBeGreaterThan(1);
});

test("time and memory of a task are counted", async () => {
  let held: Uint8Array | null = null;
  const cost = await costOf(() => {
    held = new Uint8Array(64 * 2 ** 20).fill(1);
    const end = performance.now() + 50;
    while (performance.now() < end);
  });
  expect(held).not.toBeNull();
  expect(cost.bytes).toBeGreaterThan(60 * 2 ** 20);
  expect(cost.milliseconds).toBeGreaterThan(25);
});
