import { expect, test } from "vitest";
import { printPercent } from "./print-percent.ts";

test("a half is rounded up, whatever its double is", () => {
  expect([23 / 40, 57 / 200, 0.5, 1 / 3, 0, 1].map((share) => printPercent(share))).toEqual([
    "58",
    "29",
    "50",
    "33",
    "0",
    "100",
  ]);
  expect([247 / 2000, 23 / 40, 2 / 3].map((share) => printPercent(share, 1))).toEqual(["12.4", "57.5", "66.7"]);
});

test("every share of up to 400 is rounded as its counts are", () => {
  const wrong: string[] = [];
  for (let of = 1; of <= 400; of++) {
    for (let count = 0; count <= of; count++) {
      // 100 · count / of with halves rounded up, in whole numbers.
      const expected = Math.floor((200 * count + of) / (2 * of));
      if (printPercent(count / of) !== String(expected)) wrong.push(`${count} of ${of}`);
    }
  }
  expect(wrong).toEqual([]);
});
