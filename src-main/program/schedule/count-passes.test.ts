import { expect, test } from "vitest";
import { passesOfSteps } from "./count-passes.ts";

test.each([
  [1, 24, { whole: 24, cached: 0 }],
  [1, 19.5, { whole: 19.5, cached: 0 }],
  [2, 24, { whole: 12, cached: 12 }],
  [3, 23, { whole: 8, cached: 15 }],
  [3, 1, { whole: 1, cached: 0 }],
  [2, 0.5, { whole: 0.5, cached: 0 }],
  [100, 24, { whole: 1, cached: 23 }],
])("at a cache interval of %i, %i steps begin with a whole pass", (cacheInterval, steps, passes) => {
  expect(passesOfSteps(steps, { cacheInterval })).toEqual(passes);
});
