import { expect, test } from "vitest";
import type { MemoryEstimate } from "../compiler/memory.ts";
import { Residency } from "./residency.ts";

const MB = 2 ** 20;
/** The process with one session of nothing, and what each further one adds. */
const empty = measure(Infinity, []);
const session = measure(Infinity, [stage(0)]) - empty;

function stage(results: number, weights: readonly number[] = []): MemoryEstimate {
  const mapped = weights.map((offset) => {
    const length = 100 * MB;
    return { file: "/model", offset, length, dtype: "float32", shape: [length / 4] } as const;
  });
  return { mapped, folded: 0, loading: 0, activations: results * MB };
}

/** The peak of these stages after each other, behind one of nothing. */
function measure(budget: number, stages: readonly MemoryEstimate[]): number {
  const residency = new Residency<MemoryEstimate>(budget);
  for (const memory of [stage(0), ...stages]) residency.admit(memory, memory);
  return residency.peak;
}

test("the results of one stage at a time count, and weights that two read count once", () => {
  const two = measure(Infinity, [stage(300, [1, 2]), stage(500, [2, 3])]);
  expect(two - empty).toBe(2 * session + (300 + 500) * MB);
});

test("what was not used for the longest time is released first", () => {
  const residency = new Residency<string>(empty + 3 * session + 250 * MB);
  expect(residency.admit("a", stage(0, [1]))).toEqual([]);
  expect(residency.admit("b", stage(0, [2]))).toEqual([]);
  expect(residency.admit("a", stage(0, [1]))).toEqual([]);
  expect(residency.admit("c", stage(0, [3]))).toEqual(["b"]);
});

test("a stage that does not fit alone is let in alone", () => {
  const residency = new Residency<string>(1);
  expect(residency.admit("a", stage(10))).toEqual([]);
  expect(residency.admit("b", stage(10))).toEqual(["a"]);
});

test("loading a stage may need more than running it", () => {
  const heavy = { ...stage(10), folded: 100 * MB, loading: 300 * MB };
  expect(measure(Infinity, [heavy]) - empty - session).toBe(300 * MB);
});
