import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClipTokenizer, loadClipTokenizer } from "./clip-tokenizer.ts";

/** What transformers gave, by bench/parity/make_tokenizer_fixture.py; tokenizers after the first hold only what differs. */
interface Fixture {
  readonly vocabulary: readonly string[];
  readonly merges: readonly string[];
  readonly texts: readonly string[];
  readonly tokenizers: { readonly [name: string]: TokenizerCase };
}
interface TokenizerCase {
  readonly config: object;
  readonly special: object | null;
  readonly without?: readonly string[];
  readonly padId: number;
  readonly ids: { readonly [index: number]: readonly number[] };
  readonly tokenCounts: { readonly [index: number]: number };
}

const fixtureFile = new URL("../../../bench/parity/fixtures/clip-tokenizer.json", import.meta.url);
// The script beside the fixture writes this shape.
const fixture = JSON.parse(readFileSync(fixtureFile, "utf8")) as Fixture;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clip-tokenizer-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Files {
  readonly vocabulary: object;
  readonly merges: string;
  readonly config?: object;
  readonly special?: object | null;
}

function load({ vocabulary, merges, config, special }: Files): ClipTokenizer {
  writeFileSync(join(folder, "vocab.json"), JSON.stringify(vocabulary));
  writeFileSync(join(folder, "merges.txt"), merges);
  if (config) writeFileSync(join(folder, "tokenizer_config.json"), JSON.stringify(config));
  if (special) writeFileSync(join(folder, "special_tokens_map.json"), JSON.stringify(special));
  return loadClipTokenizer(folder);
}

function loadCase({ config, special, without = [] }: TokenizerCase): ClipTokenizer {
  const kept = (token: string): boolean => token.startsWith("<|") || !without.some((part) => token.includes(part));
  const vocabulary = Object.fromEntries(
    fixture.vocabulary.map((token, id) => [token, id]).filter(([token]) => kept(String(token))),
  );
  const merges = `#version: 0.2\n${fixture.merges.filter(kept).join("\n")}\n`;
  return load({ vocabulary, merges, config, special });
}

describe.each(Object.entries(fixture.tokenizers))("the tokenizer %s agrees with transformers", (_, described) => {
  const base = fixture.tokenizers["sd1"];

  test(`on the ids, mask and length of ${fixture.texts.length} texts`, () => {
    expect(fixture.texts).toHaveLength(500);
    const tokenizer = loadCase(described);
    expect(tokenizer.padId).toBe(described.padId);
    for (const [index, text] of fixture.texts.entries()) {
      const ids = described.ids[index] ?? base?.ids[index] ?? [];
      const tokenCount = described.tokenCounts[index] ?? base?.tokenCounts[index] ?? 0;
      const padding = 77 - ids.length;
      expect(tokenizer.encode(text), JSON.stringify(text)).toEqual({
        ids: [...ids, ...Array<number>(padding).fill(described.padId)],
        attentionMask: [...Array<number>(ids.length).fill(1), ...Array<number>(padding).fill(0)],
        tokenCount,
        lost: tokenCount > 75 ? { word: expect.any(String), tokens: tokenCount - 75 } : null,
      });
    }
  });
});

describe("a folder that does not fit together is refused", () => {
  const vocabulary = { a: 0, "b</w>": 1, "ab</w>": 2, "<|startoftext|>": 3, "<|endoftext|>": 4 };
  const merges = "#version: 0.2\na b</w>\n";

  test("when a file is missing", () => {
    expect(() => loadClipTokenizer(folder)).toThrow(
      /no such file[^]*vocab\.json[^]*download the whole tokenizer folder/,
    );
  });

  test("when the vocabulary is not a list of ids", () => {
    expect(() => load({ vocabulary: { a: -1 }, merges })).toThrow(/vocab\.json › a/);
  });

  test("when a merge uses symbols that the vocabulary lacks", () => {
    expect(() => load({ vocabulary, merges: `${merges}b a\n` })).toThrow(/"b a" uses symbols[^]*merge 2/);
  });

  test("when a special token is not in the vocabulary", () => {
    expect(() => load({ vocabulary, merges, config: { pad_token: "[PAD]" } })).toThrow(
      /not in the vocabulary[^]*\[PAD\]/,
    );
  });

  test("when an added word has the id of another", () => {
    const added_tokens_decoder = { "1": { content: "<cat>" } };
    expect(() => load({ vocabulary, merges, config: { added_tokens_decoder } })).toThrow(/the id 1, which is that of/);
  });
});

/** As transformers 5 writes a tokenizer: words, merges and special tokens in one file. */
function putWholeFile(change: object = {}): void {
  for (const name of ["vocab.json", "merges.txt", "special_tokens_map.json"])
    rmSync(join(folder, name), { force: true });
  const token = (content: string, normalized: boolean) => {
    return {
      id: fixture.vocabulary.indexOf(content),
      content,
      normalized,
      lstrip: false,
      rstrip: false,
      single_word: false,
    };
  };
  const whole = {
    version: "1.0",
    added_tokens: [token("<|startoftext|>", true), token("<|endoftext|>", false)],
    model: {
      type: "BPE",
      end_of_word_suffix: "</w>",
      vocab: Object.fromEntries(fixture.vocabulary.map((word, id) => [word, id])),
      merges: fixture.merges.map((merge) => merge.split(" ")),
    },
  };
  writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ ...whole, ...change }));
}

test("a folder with tokenizer.json alone gives the same ids as vocab.json and merges.txt", () => {
  const usual = fixture.tokenizers["sd1"];
  if (usual === undefined) throw new Error("the fixture has a tokenizer sd1");
  const wanted = loadCase(usual);
  putWholeFile();
  const found = loadClipTokenizer(folder);
  for (const text of fixture.texts) expect(found.encode(text).ids, text).toEqual(wanted.encode(text).ids);
});

test("a tokenizer.json of another kind is refused by its name", () => {
  putWholeFile({ model: { type: "WordPiece", vocab: { a: 0 }, merges: [] } });
  expect(() => loadClipTokenizer(folder)).toThrow(/another kind \(WordPiece\)/);
});

test("the length comes from the configuration, and is 77 where it names none that makes sense", () => {
  const vocabulary = { a: 0, "a</w>": 1, "<|startoftext|>": 2, "<|endoftext|>": 3 };
  const files = { vocabulary, merges: "" };
  expect(load({ ...files, config: { model_max_length: 5 } }).encode("a").ids).toEqual([2, 1, 3, 3, 3]);
  expect(load({ ...files, config: { model_max_length: 1e30 } }).length).toBe(77);
});

describe("words that were learned later have their ids", () => {
  const vocabulary = { a: 0, "a</w>": 1, "<|startoftext|>": 2, "<|endoftext|>": 3 };
  const token = { content: "<Cat-Toy>", normalized: true, lstrip: false, rstrip: false, single_word: false };
  const idsOf = (tokenizer: ClipTokenizer, text: string) => tokenizer.words(text).flatMap(({ ids }) => ids);

  test("from added_tokens.json", () => {
    writeFileSync(join(folder, "added_tokens.json"), JSON.stringify({ "<Cat-Toy>": 4 }));
    const tokenizer = load({ vocabulary, merges: "" });
    expect(idsOf(tokenizer, "a <cat-toy> a")).toEqual([1, 4, 1]);
    expect(idsOf(tokenizer, "a<CAT-TOY>a")).toEqual([1, 4, 1]);
  });

  test("from the decoder in tokenizer_config.json, which goes before it", () => {
    writeFileSync(join(folder, "added_tokens.json"), JSON.stringify({ "<Cat-Toy>": 9 }));
    const tokenizer = load({ vocabulary, merges: "", config: { added_tokens_decoder: { "4": token } } });
    expect(idsOf(tokenizer, "a <cat-toy>")).toEqual([1, 4]);
  });

  test("from tokenizer.json beside vocab.json", () => {
    writeFileSync(join(folder, "tokenizer.json"), JSON.stringify({ added_tokens: [{ ...token, id: 4 }], model: {} }));
    expect(idsOf(load({ vocabulary, merges: "" }), "a <cat-toy>")).toEqual([1, 4]);
  });

  test("only as written where they are not normalised, and only as whole words where they are declared so", () => {
    const added_tokens_decoder = {
      "4": { ...token, normalized: false },
      "5": { ...token, content: "aa", single_word: true, normalized: false },
    };
    const tokenizer = load({ vocabulary, merges: "", config: { added_tokens_decoder } });
    expect(idsOf(tokenizer, "a <Cat-Toy>")).toEqual([1, 4]);
    expect(idsOf(tokenizer, "aa, aaa")).toEqual([5, 3, 0, 0, 1]);
  });
});

test("what does not fit is told by its first word", () => {
  const vocabulary = { a: 0, "a</w>": 1, "b</w>": 4, "<|startoftext|>": 2, "<|endoftext|>": 3 };
  const tokenizer = load({ vocabulary, merges: "", config: { model_max_length: 5 } });
  expect(tokenizer.encode("a a a").lost).toBeNull();
  expect(tokenizer.encode("a a a B a").lost).toEqual({ word: "b", tokens: 2 });
  // Of a word that is cut in two, the rest is lost.
  expect(tokenizer.encode("a a aab").lost).toEqual({ word: "aab", tokens: 2 });
});
