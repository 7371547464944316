import { expect, test } from "vitest";
import { Refusal } from "../common/diagnostic.ts";
import type { ImageSource } from "../common/example.ts";
import { splitExamples } from "./hold-back.ts";

const file = (name: string): ImageSource => ({ kind: "file", file: name });
/** Of two images each. */
const apart = Array.from({ length: 20 }, (_, i) => [file(`${i}a`), file(`${i}b`)]);
const options = { share: 0.25, seed: 3, file: "pairs.jsonl" };

test("the share is held back, and what is held back is not learned", () => {
  const { learned, heldBack } = splitExamples(apart, options);
  expect(heldBack).toHaveLength(5);
  expect([...learned, ...heldBack].toSorted((a, b) => a - b)).toEqual(apart.map((_, i) => i));
});

test("the same seed holds back the same, and another one others", () => {
  expect(splitExamples(apart, options)).toEqual(splitExamples(apart, options));
  expect(splitExamples(apart, { ...options, seed: 4 })).not.toEqual(splitExamples(apart, options));
});

test("no image is in both parts, whatever links its examples", () => {
  // 0–1–2 share images in a row, 3–4 share one.
  const linked = [
    [file("a"), file("b")],
    [file("b"), file("c")],
    [file("c"), file("d")],
    [file("e"), file("f")],
    [file("g"), file("e")],
    [file("h"), file("i")],
  ];
  for (let seed = 0; seed < 20; seed++) {
    const { learned, heldBack } = splitExamples(linked, { ...options, seed });
    const named = (places: readonly number[]) =>
      new Set(places.flatMap((place) => linked[place] ?? []).map((s) => JSON.stringify(s)));
    expect([...named(learned)].filter((name) => named(heldBack).has(name))).toEqual([]);
    expect(learned.length * heldBack.length).toBeGreaterThan(0);
  }
});

test("where all are linked, none can be held back", () => {
  const linked = [
    [file("a"), file("b")],
    [file("b"), file("c")],
  ];
  expect(() => splitExamples(linked, options)).toThrow(Refusal);
  expect(splitExamples(linked, { ...options, share: 0 })).toEqual({ learned: [0, 1], heldBack: [] });
});
