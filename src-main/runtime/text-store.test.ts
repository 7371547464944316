import { expect, test } from "vitest";
import { createTextStore, TEXT_BUDGET, textBytes } from "./text-store.ts";

const store = (budget: number) => createTextStore<Float32Array>(({ byteLength }) => byteLength, budget);
const numbers = (count: number) => new Float32Array(count);

test("what was not needed for longest goes first when the budget is spent", () => {
  const { get, set, texts } = store(12);
  set("a", numbers(1));
  set("b", numbers(1));
  set("c", numbers(1));
  expect(get("a")).toBeDefined();
  set("d", numbers(1));
  expect(texts()).toEqual(["c", "a", "d"]);
  expect(get("b")).toBeUndefined();
});

test("a value that is set again counts once, and one that is larger than the budget is kept alone", () => {
  const { set, texts } = store(12);
  for (let i = 0; i < 9; i++) set("a", numbers(2));
  set("b", numbers(1));
  expect(texts()).toEqual(["a", "b"]);
  set("c", numbers(9));
  expect(texts()).toEqual(["c"]);
});

test("100,000 prompts of Stable Diffusion 1.5 take no more than the budget", () => {
  const bytes = 77 * 768 * 4;
  expect(textBytes(100_000, bytes)).toBe(TEXT_BUDGET);
  expect(textBytes(10, bytes)).toBe(10 * bytes);
  const kept = createTextStore<null>(() => bytes);
  for (let i = 0; i < 100_000; i++) kept.set(String(i), null);
  expect(kept.texts().length).toBe(Math.floor(TEXT_BUDGET / bytes));
});
