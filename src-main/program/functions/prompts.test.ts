import { expect, test } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { promptTexts } from "../../common/program/prompt-texts.ts";
import { infer, open } from "../testing/given-values.ts";
import { prompts } from "./prompts.ts";

const FILES = { promptsIn: () => ["a {red|green} apple", "{b"], pairsDigest: () => "", ratingsDigest: () => "" };

function opened(texts: readonly string[]) {
  return open(prompts, {}, { texts: [...texts], dynamic: true });
}

test("braces are read as they stand where words are not to be drawn", () => {
  const { texts, wordings } = open(prompts, {}, { texts: ["a {b|c}"] });
  expect([texts, wordings]).toEqual([["a {b|c}"], undefined]);
});

test("equal streams draw equal words, and all words are drawn about equally often", () => {
  const { wordings } = opened(["rocket", "{a|b|c} {d|e}"]);
  const draw = (step: number) => wordings?.draw(1, { seed: 3, path: [7, step, 2] });
  const drawn = Array.from({ length: 600 }, (_, step) => draw(step));
  expect(drawn).toEqual(Array.from({ length: 600 }, (_, step) => draw(step)));
  for (const text of ["a d", "a e", "b d", "b e", "c d", "c e"]) {
    const count = drawn.filter((one) => one === text).length;
    // 100 are expected, with a deviation of 9.
    expect(count, text).toBeGreaterThan(60);
    expect(count, text).toBeLessThan(140);
  }
});

test("a list that is used in its order has the words that their places draw", () => {
  const lines = Array.from({ length: 40 }, () => "{a|b}");
  expect(opened(lines).texts).toEqual(opened(lines).texts);
  expect(new Set(opened(lines).texts)).toEqual(new Set(["a", "b"]));
});

test("lines are told with their choices, and with how many wordings they have together", () => {
  const { lines, count } = opened(["a {b|c d}", "e"]).wordings ?? {};
  expect(lines).toEqual([["a ", [["b"], ["c d"]]], ["e"]]);
  expect(count).toBe(3);
});

test("who reads a frozen program without opening it reads the words that are drawn", () => {
  const texts = ["{a|b|c} {d|e}", "rocket", "{f|g}"];
  const settings = prompts.freeze?.({ texts, dynamic: true }, FILES) ?? {};
  expect(promptTexts({ settings })).toEqual(opened(texts).texts);
  expect(prompts.freeze?.(prompts.settings.parse(settings), FILES), "frozen twice").toEqual(settings);
  expect(promptTexts({ settings: prompts.freeze?.({ texts: ["{a|b}"] }, FILES) ?? {} })).toEqual(["{a|b}"]);
});

test("a brace without its other half is told where it is written, and refused where it is read", () => {
  expect(infer(prompts, {}, { texts: ["a", "{b"], dynamic: true }).faults).toEqual(["prompt-braces texts"]);
  expect(infer(prompts, {}, { texts: ["{b"] }).faults).toEqual([]);
  expect(() => prompts.freeze?.({ file: "/list.txt", dynamic: true }, FILES)).toThrow(Refusal);
  expect(prompts.freeze?.({ file: "/list.txt", first: 1, dynamic: true }, FILES)).toEqual({
    texts: ["a {red|green} apple"],
    dynamic: true,
    worded: opened(["a {red|green} apple"]).texts,
  });
});
