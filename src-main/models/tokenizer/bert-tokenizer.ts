// The tokenizer of uncased BERT, equal to transformers' BertTokenizer: WordPiece (Wu et al. 2016, arXiv:1609.08144) over vocab.txt.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "../../common/diagnostic.ts";
import { readTextFile } from "../../weights/text-file.ts";
import type { EncodedText } from "./clip-tokenizer.ts";
import { frameWords, type Word } from "./fit-words.ts";

export interface BertTokenizer {
  /** Ids of an encoded text. */
  readonly length: number;
  readonly encode: (text: string) => EncodedText;
}

export interface BertTokenizerOptions {
  /** Marks included; longer texts are cut, shorter ones padded. */
  readonly length: number;
  /** Tokens that the network knows. */
  readonly vocabularySize: number;
}

/** In the order of their ids where BLIP adds them to BERT's own vocabulary. */
const ADDED_BY_BLIP = ["[DEC]", "[ENC]"];
const MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;
type Mark = (typeof MARKS)[number];

/**
 * @param folder holds vocab.txt, a token a line
 * @throws Refusal if it is missing, lacks a mark, or has more tokens than the network
 */
export function loadBertTokenizer(folder: string, { length, vocabularySize }: BertTokenizerOptions): BertTokenizer {
  const ids = readVocabulary(join(folder, "vocab.txt"), vocabularySize);
  const mark = (name: Mark): number => ids.get(name) ?? NaN;
  const special = new RegExp(`(${[...MARKS, ...ADDED_BY_BLIP].map((name) => RegExp.escape(name)).join("|")})`, "u");

  // Marks in a text stand for themselves. A captured separator stays in the list, so that they stand at the odd places.
  const tokenize = (text: string): Word[] =>
    text.split(special).flatMap((part, i) => {
      const id = i % 2 === 1 ? ids.get(part) : undefined;
      return id === undefined ? plainWords(part, ids) : [{ text: part, ids: [id] }];
    });
  const marks = { beginId: mark("[CLS]"), endId: mark("[SEP]"), padId: mark("[PAD]") };
  return { length, encode: (text) => frameWords(tokenize(text), length, marks) };
}

function readVocabulary(file: string, limit: number): ReadonlyMap<string, number> {
  if (!existsSync(file)) {
    refuse({
      code: "tokenizer-file",
      at: { file },
      message: "the reward needs the vocabulary of BERT, and there is no such file",
      help: "put vocab.txt of bert-base-uncased (the same in all of its copies) beside the weights",
    });
  }
  const tokens = readTextFile(file, { what: "the vocabulary of BERT" }).trimEnd().split(/\r?\n/);
  const all = [...tokens, ...ADDED_BY_BLIP.filter((token) => !tokens.includes(token))];
  const missing = MARKS.filter((token) => !tokens.includes(token));
  if (missing.length > 0 || all.length > limit) {
    refuse({
      code: "tokenizer-vocabulary",
      at: { file },
      message:
        missing.length > 0
          ? `the vocabulary lacks ${missing.join(", ")}`
          : `the vocabulary has ${all.length} tokens, but the text encoder knows ${limit}`,
      help: "use vocab.txt of bert-base-uncased",
    });
  }
  return new Map(all.map((token, id) => [token, id]));
}

function plainWords(text: string, ids: ReadonlyMap<string, number>): Word[] {
  return words(normalise(text)).map((word) => ({ text: word, ids: encodeWord(word, ids) }));
}

/** The blocks of Chinese characters, each of which is a word. Kana and Hangul are not among them. */
const CHINESE =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;

/** Lower case without accents, character by character; what does not print is left out. */
function normalise(text: string): string {
  const printed = text.replace(/[\t\n\r]/g, " ").replace(/[\0\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "");
  const spaced = printed.replace(CHINESE, " $& ");
  const bare = spaced.normalize("NFD").replace(/\p{Mn}/gu, "");
  return Array.from(bare, (character) => character.toLowerCase()).join("");
}

/** Punctuation marks, each by itself, and what lies between them and white space. Signs of ASCII count as punctuation. */
const WORD = /[\p{P}$+<=>^`|~]|[^\p{White_Space}\p{P}$+<=>^`|~]+/gu;

function words(text: string): readonly string[] {
  return text.match(WORD) ?? [];
}

/** Longer words are unknown, whatever they are made of. */
const LONGEST_WORD = 100;

/** From the left, always the longest piece that there is; a word that cannot be laid out so is unknown as a whole. */
function encodeWord(word: string, ids: ReadonlyMap<string, number>): number[] {
  const unknown = [ids.get("[UNK]") ?? NaN];
  const characters = Array.from(word);
  if (characters.length > LONGEST_WORD) return unknown;
  const pieces: number[] = [];
  for (let start = 0; start < characters.length;) {
    const piece = longestPiece(characters, start, ids);
    if (piece === undefined) return unknown;
    pieces.push(piece.id);
    start = piece.end;
  }
  return pieces;
}

/** Within a word pieces begin with ##. */
function longestPiece(characters: readonly string[], start: number, ids: ReadonlyMap<string, number>) {
  for (let end = characters.length; end > start; end--) {
    const id = ids.get((start === 0 ? "" : "##") + characters.slice(start, end).join(""));
    if (id !== undefined) return { id, end };
  }
  return undefined;
}
