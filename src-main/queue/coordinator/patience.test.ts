import { expect, test } from "vitest";
import { createPatience } from "./patience.ts";

/** Seconds that a test's clock shows. */
function patienceAt(took: readonly number[]) {
  const clock = { seconds: 0 };
  const patience = createPatience(() => 1000 * clock.seconds);
  for (const seconds of took) patience.took(seconds);
  return (copies: readonly string[], takenAt: Readonly<Record<string, number>>, seconds: number): boolean => {
    clock.seconds = seconds;
    const held = new Map(Object.entries(takenAt).map(([copy, at]) => [copy, { since: 1000 * at }] as const));
    return patience.slow([{ copies, held }]).length === 1;
  };
}

test("a piece is slow after three times what is usual", () => {
  const isSlow = patienceAt([10, 10, 10]);
  expect(isSlow(["a"], { a: 0 }, 30)).toBe(false);
  expect(isSlow(["a"], { a: 0 }, 31)).toBe(true);
});

test("a piece that waits for a worker is not slow, however long", () => {
  expect(patienceAt([1, 1, 1])(["a"], {}, 1e6)).toBe(false);
});

test("a piece is slow in the end, also where nothing tells what is usual", () => {
  const isSlow = patienceAt([1, 1]);
  expect(isSlow(["a"], { a: 0 }, 900)).toBe(false);
  expect(isSlow(["a"], { a: 0 }, 901)).toBe(true);
});

test("a second copy that is held for ever is followed by a third, after twice the time", () => {
  const isSlow = patienceAt([10, 10, 10]);
  expect(isSlow(["a", "b"], { a: 0, b: 40 }, 100)).toBe(false);
  expect(isSlow(["a", "b"], { a: 0, b: 40 }, 101)).toBe(true);
});

test("no further copy is handed out as long as one waits for a worker", () => {
  expect(patienceAt([10, 10, 10])(["a", "b"], { a: 0 }, 1e6)).toBe(false);
});
