import { expect, test } from "vitest";
import { agreeing, counted, countedOf } from "./counted.ts";

test("a noun agrees with its number, and zero is many", () => {
  expect([0, 1, 2].map((count) => counted(count, "step"))).toEqual(["0 steps", "1 step", "2 steps"]);
  expect([1, 2].map((count) => counted(count, "pass", "passes"))).toEqual(["1 pass", "2 passes"]);
});

test("of a part, the verb agrees with the part and the noun with the whole", () => {
  expect(countedOf(1, 1632, "prompt", ["is", "are"])).toBe("1 of 1632 prompts is");
  expect(countedOf(2, 1632, "prompt", ["is", "are"])).toBe("2 of 1632 prompts are");
  expect(countedOf(1, 1, "prompt", ["has", "have"])).toBe("1 of 1 prompt has");
});

test("a verb agrees with a number that is told elsewhere", () => {
  expect([0, 1, 2].map((count) => agreeing(count, "needs", "need"))).toEqual(["need", "needs", "need"]);
});
