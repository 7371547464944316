import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadBertTokenizer } from "./bert-tokenizer.ts";

/** What transformers gave, by bench/parity/make_reward_fixtures.py, for the texts of the CLIP tokenizer and two more. */
interface Fixture {
  readonly vocabulary: readonly string[];
  readonly added: readonly string[];
  readonly ids: readonly (readonly number[])[];
}

const fixtures = new URL("../../../bench/parity/fixtures/", import.meta.url);
// The scripts beside the fixtures write these shapes.
const fixture = JSON.parse(readFileSync(new URL("bert-tokenizer.json", fixtures), "utf8")) as Fixture;
const clip = JSON.parse(readFileSync(new URL("clip-tokenizer.json", fixtures), "utf8")) as { texts: readonly string[] };

const LENGTH = 35;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bert-tokenizer-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(vocabulary: readonly string[], vocabularySize = vocabulary.length + 2) {
  writeFileSync(join(folder, "vocab.txt"), `${vocabulary.join("\n")}\n`);
  return loadBertTokenizer(folder, { length: LENGTH, vocabularySize });
}

test("ids and masks of 502 texts are those of transformers' BertTokenizer", () => {
  const texts = [...clip.texts, ...fixture.added];
  expect(texts).toHaveLength(502);
  expect(fixture.ids).toHaveLength(502);
  const tokenizer = load(fixture.vocabulary);
  for (const [index, text] of texts.entries()) {
    const ids = fixture.ids[index] ?? [];
    const padding = Array<number>(LENGTH - ids.length).fill(0);
    expect(tokenizer.encode(text), JSON.stringify(text)).toMatchObject({
      ids: [...ids, ...padding],
      attentionMask: [...ids.map(() => 1), ...padding],
    });
  }
});

test("a folder without vocab.txt is refused", () => {
  expect(() => loadBertTokenizer(folder, { length: LENGTH, vocabularySize: 9 })).toThrow(/the vocabulary of BERT/);
});

test("a vocabulary that is larger than the network's is refused", () => {
  expect(() => load(fixture.vocabulary, fixture.vocabulary.length)).toThrow(/tokens, but the text encoder knows/);
});

test("a vocabulary without BERT's marks is refused", () => {
  expect(() => load(["[PAD]", "[UNK]", "a"])).toThrow(/lacks \[CLS\], \[SEP\], \[MASK\]/);
});
