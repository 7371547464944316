import { expect, test } from "vitest";
import { steadyShareOf } from "./memory-budget.ts";

const GIB = 2 ** 30;

test.each([
  [6, 3],
  [8, 4],
  [12, 8],
  [16, 11.2],
  [64, 44.8],
])("of %d GiB networks may count on %d", (total, steady) => {
  expect(steadyShareOf(total * GIB) / GIB).toBeCloseTo(steady, 10);
});
