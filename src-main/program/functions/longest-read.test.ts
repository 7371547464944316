import { expect, test } from "vitest";
import { readDynamicPrompt, wordPrompt } from "../../common/dynamic-prompt.ts";
import type { TextReading } from "../../common/text-reading.ts";
import type { ReadText } from "../host.ts";
import { emoji, host } from "../testing/given-values.ts";
import { longestRead } from "./longest-read.ts";

const A1111: TextReading = { longPrompts: "chunks", promptWeights: "a1111" };

/** Of one chunk of the embedded pipeline. */
const ROOM = 75;
/** What a phrase that moves leaves of it. */
const LEAST = 56;

function lineOf(text: string) {
  const { prompt, fault } = readDynamicPrompt(text);
  if (prompt === undefined) throw new Error(fault.message);
  return prompt;
}

function chunksOf(text: string): number {
  return host.readText(emoji, text, A1111).chunks;
}

function find(texts: readonly string[]) {
  let readings = 0;
  const read = (text: string): ReadText => {
    readings += 1;
    return host.readText(emoji, text, A1111);
  };
  const found = longestRead({ lines: texts.map(lineOf) }, A1111, read);
  const chunks = Math.max(found.chunks ?? 1, ...found.texts.map(chunksOf));
  return { ...found, chunks, readings };
}

/** Of 729 wordings, with a comma wherever `isComma` says. @param tokens of each of them */
function ofManyWordings(tokens: number, isComma: (place: number) => boolean): string {
  return Array.from({ length: tokens }, (_, i) => (isComma(i) ? "," : i < 6 ? "{a|b|c}" : "a")).join(" ");
}

test.each([
  [75, 1],
  [76, 2],
  [80, 2],
  [131, 2],
  [132, 3],
  [230, 4],
  [400, 7],
])(
  "%i tokens in too many wordings to look at each count as %i chunks, which commas can make them fill",
  (tokens, chunks) => {
    expect(1 + Math.ceil((tokens - ROOM) / LEAST)).toBe(chunks);
    // Each chunk ends as early as it can.
    const text = ofManyWordings(tokens, (place) => place % LEAST === LEAST - 1);
    expect(chunksOf(wordPrompt(lineOf(text), () => 0))).toBe(chunks);
    expect(find([text]).chunks).toBe(chunks);
  },
);

test("without a comma that a phrase could move at, chunks are full", () => {
  const text = ofManyWordings(151, () => false);
  expect(find([text]).chunks).toBe(3);
  expect(find([`${text} BREAK ${"a ".repeat(149)}`]).chunks).toBe(5);
});

const TEN = "one|two|three|four|five|six|seven|eight|nine|ten";
const LINES = Array.from({ length: 50 }, (_, i) => `${i} big {${TEN}} or {${TEN}}`);

test("lines whose chunks are all full are read option by option, each once", () => {
  expect(find(LINES).readings).toBe(10);
});

test("lines of which no wording can fill more are read part by part, and not in each wording", () => {
  // Of each line its longest wording and how it begins; ten options and what stands between and behind them once.
  const readings = 2 * LINES.length + 10;
  expect(find(LINES.map((line) => `${line}, a car`))).toMatchObject({ chunks: 1, readings: readings + 2 });
  expect(find(LINES.map((line) => `a BREAK ${line}`))).toMatchObject({ chunks: 2, readings: readings + 1 });
});

test("a line of which a shorter wording fills more is found by reading each", () => {
  const text = `{${"a ".repeat(70)}|b BREAK c} {${TEN}}, d`;
  const { texts, chunks, readings } = find([text]);
  expect(chunks).toBe(2);
  expect(texts[0]).toMatch(/^b BREAK c /);
  expect(readings).toBeGreaterThan(20);
});

test("brackets around a choice do not hide that a wording without them is longer", () => {
  const text = `${"a ".repeat(68)}, {(|}red{:1.35)|}`;
  expect(chunksOf(`${"a ".repeat(68)}, red:1.35)`)).toBe(2);
  expect(find([text]).chunks).toBe(2);
});
