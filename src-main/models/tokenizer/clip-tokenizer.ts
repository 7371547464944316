// The tokenizer of CLIP text encoders, equal to transformers' CLIPTokenizer: text to a fixed number of token ids.

import { wordEncoder } from "./byte-pair-encoder.ts";
import { normaliseText, splitWords } from "./clip-words.ts";
import { frameWords, type LostWords, type Word } from "./fit-words.ts";
import { readTokenizerFiles, type SpecialToken, type TokenizerFiles } from "./tokenizer-files.ts";

export interface EncodedText {
  /** Begin mark, tokens, end mark, padding: always `length` ids. */
  readonly ids: readonly number[];
  /** 1 up to and with the end mark, 0 over the padding. */
  readonly attentionMask: readonly number[];
  /** Tokens of the whole text, without marks and before truncation. */
  readonly tokenCount: number;
  /** What of the text did not fit. */
  readonly lost: LostWords | null;
  /** A place that is mojibake, which the reward's own code may repair; absent: none. */
  readonly garbled?: string;
}

export interface ClipTokenizer {
  /** Ids of an encoded text: 77 for every published CLIP. */
  readonly length: number;
  readonly beginId: number;
  readonly endId: number;
  /** Stable Diffusion 1 pads with the end mark, Stable Diffusion 2 with "!". */
  readonly padId: number;
  encode(text: string): EncodedText;
  /** All of a text, without marks. */
  words(text: string): readonly Word[];
}

/** Read a tokenizer folder (`vocab.json`, `merges.txt`, special tokens). A missing or inconsistent file is refused. */
export function loadClipTokenizer(folder: string): ClipTokenizer {
  return createClipTokenizer(readTokenizerFiles(folder));
}

export function createClipTokenizer(files: TokenizerFiles): ClipTokenizer {
  const { special, length, beginId, endId, padId } = files;
  const findAsWritten = specialTokenFinder(special.filter(({ normalised }) => !normalised));
  const findNormalised = specialTokenFinder(
    special
      .filter(({ normalised }) => normalised)
      .map((token) => ({ ...token, content: normaliseText(token.content) })),
  );

  const encode = wordEncoder(files);
  const plainWords = (text: string): readonly Word[] =>
    splitWords(text).map((word) => ({ text: word, ids: encode(word) }));
  const words = (text: string): readonly Word[] =>
    findAsWritten(text, (between) => findNormalised(normaliseText(between), plainWords));
  return { length, beginId, endId, padId, words, encode: (text) => frameWords(words(text), length, files) };
}

type SplitText = (text: string) => readonly Word[];

/** Replaces special tokens by their ids, the longest first where several fit, and leaves the text between them to `split`. */
function specialTokenFinder(tokens: readonly SpecialToken[]): (text: string, split: SplitText) => readonly Word[] {
  if (tokens.length === 0) return (text, split) => split(text);
  const ids = new Map(tokens.map(({ content, id }) => [content, id]));
  const longestFirst = tokens.toSorted((a, b) => b.content.length - a.content.length).map(patternOf);
  const separator = new RegExp(`(${longestFirst.join("|")})`, "u");
  // A captured separator stays in the list, so that special tokens stand at the odd places.
  return (text, split) =>
    text.split(separator).flatMap((part, index) => {
      const id = index % 2 === 1 ? ids.get(part) : undefined;
      return id === undefined ? split(part) : [{ text: part, ids: [id] }];
    });
}

/** White space beside a token, which some swallow, has no tokens of its own. */
function patternOf({ content, isWholeWord = false }: SpecialToken): string {
  const pattern = RegExp.escape(content);
  return isWholeWord ? `(?<!${WORD_CHARACTER})${pattern}(?!${WORD_CHARACTER})` : pattern;
}

/** As \w in Unicode. */
const WORD_CHARACTER = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]";
