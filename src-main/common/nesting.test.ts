import { expect, test } from "vitest";
import { DEEPEST, isTooDeep } from "./nesting.ts";

function nested(depth: number, inner: unknown = 0): unknown {
  return JSON.parse(`${'{"a":['.repeat(depth / 2)}${JSON.stringify(inner)}${"]}".repeat(depth / 2)}`);
}

test("what lies in itself more often than anything of this program is too deep, however deep that is", () => {
  expect(isTooDeep(nested(DEEPEST))).toBe(false);
  expect(isTooDeep(nested(DEEPEST, []))).toBe(true);
  expect(isTooDeep(nested(1_000_000))).toBe(true);
  for (const flat of [undefined, null, "text", 1, [], {}, new Float32Array(10)]) expect(isTooDeep(flat)).toBe(false);
});

test("a wide value is looked at once", () => {
  const began = performance.now();
  expect(isTooDeep(Array.from({ length: 500_000 }, () => [{}]))).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
});
