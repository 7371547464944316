import { expect, test } from "vitest";
import { COUNTERS, instrument } from "./instrument.ts";

const CODE = `
function sign(n) {
  if (n > 0) return "positive";
  else if (n < 0) return "negative";
  for (const one of [1, 2]) n += one;
  return n === 3 ? (n > 2 && "zero") : (() => { throw new Error("never"); })();
}
function name(n) { switch (n) { case 1: return "one"; case 2: { return "two"; } default: return n ?? "none"; } }
const half = (n) => ({ half: n / 2 });
const twice = (n) => n === 0 ? 0 : ((n)) * 2;
`;

function run(call: string): { readonly result: unknown; readonly counts: readonly number[] } {
  const { code, blocks } = instrument(CODE, 0);
  const counts = new Uint32Array(blocks);
  // The code of this very test.
  // oxlint-disable-next-line typescript/no-implied-eval
  const result: unknown = new Function(COUNTERS, `${code}; return ${call};`)(counts);
  return { result, counts: [...counts] };
}

test("what a module computes stays the same", () => {
  expect(run("[1, -1, 0].map(sign)").result).toEqual(["positive", "negative", "zero"]);
  expect(run("[1, 2, 3, null].map(name)").result).toEqual(["one", "two", 3, "none"]);
  expect(run("[half(4), twice(4), twice(0)]").result).toEqual([{ half: 2 }, 8, 0]);
});

test("every other way through the code runs other blocks, and repeats are counted", () => {
  const ways = [
    "sign(1)",
    "sign(-1)",
    "sign(0)",
    "name(1)",
    "name(2)",
    "name(3)",
    "name(null)",
    "half(1)",
    "twice(1)",
    "twice(0)",
  ];
  const patterns = ways.map((way) =>
    run(way)
      .counts.map((count) => (count > 0 ? "x" : "."))
      .join(""),
  );
  expect(new Set(patterns).size).toBe(ways.length);
  expect(Math.max(...run("sign(0)").counts)).toBe(2);
});

test("words that a module looks for are told, and numbers and sentences are not", () => {
  const { words } = instrument(`const a = { dtype: 1 }; b === "F32"; throw new Error("this is a sentence");`, 0);
  expect(words).toEqual(["dtype", "F32"]);
});
