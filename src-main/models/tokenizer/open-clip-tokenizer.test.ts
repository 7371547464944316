import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readClipVocabulary } from "./clip-vocabulary.ts";
import { cleanText, createOpenClipTokenizer } from "./open-clip-tokenizer.ts";

/** What OpenCLIP gave, by bench/parity/make_clean_text_fixture.py. */
interface Fixture {
  readonly texts: readonly { readonly text: string; readonly clean: string; readonly ids: readonly number[] }[];
  readonly others: readonly { readonly text: string; readonly clean: string }[];
}
const file = new URL("../../../bench/parity/fixtures/clean-text.json", import.meta.url);
// The script beside the fixture writes this shape.
const fixture = JSON.parse(readFileSync(file, "utf8")) as Fixture;
const tokenizer = createOpenClipTokenizer(readClipVocabulary("zero"));

test(`${fixture.texts.length} texts are cleaned as OpenCLIP cleans them`, () => {
  expect(fixture.texts.length).toBeGreaterThan(600);
  const different = fixture.texts.filter(({ text, clean }) => cleanText(text) !== clean);
  expect(different.map(({ text, clean }) => ({ text, clean, ours: cleanText(text) }))).toEqual([]);
});

test(`${fixture.texts.length} texts have the ids that OpenCLIP gives them`, () => {
  const different = fixture.texts.filter(({ text, ids }) => {
    const padded = [...ids, ...Array.from({ length: 77 - ids.length }, () => 0)];
    return JSON.stringify(tokenizer.encode(text).ids) !== JSON.stringify(padded);
  });
  expect(different.map(({ text }) => text)).toEqual([]);
});

test("mojibake that is not repaired here is recognised, and nothing else is", () => {
  const unsaid = fixture.others.filter(
    ({ text, clean }) => cleanText(text) !== clean && tokenizer.encode(text).garbled === undefined,
  );
  expect(unsaid).toEqual([]);
  const falseAlarms = fixture.texts.filter(({ text }) => tokenizer.encode(text).garbled !== undefined);
  expect(falseAlarms.map(({ text }) => text)).toEqual([]);
});
