// The tokenizer of CLIP text encoders, equal to transformers' CLIPTokenizer: text to a fixed number of token ids.

import { encodeWord } from "./byte-pair-encoder.ts";
import { normaliseText, splitWords } from "./clip-words.ts";
import { readTokenizerFiles, type SpecialToken, type TokenizerFiles } from "./tokenizer-files.ts";

export interface EncodedText {
  /** Begin mark, tokens, end mark, padding: always `length` ids. */
  readonly ids: readonly number[];
  /** 1 up to and with the end mark, 0 over the padding. */
  readonly attentionMask: readonly number[];
  /** Whether the text had more tokens than fit; the last ones are then missing. */
  readonly truncated: boolean;
  /** Tokens of the whole text, without marks and before truncation. */
  readonly tokenCount: number;
}

export interface ClipTokenizer {
  /** Ids of an encoded text: 77 for every published CLIP. */
  readonly length: number;
  readonly beginId: number;
  readonly endId: number;
  /** Stable Diffusion 1 pads with the end mark, Stable Diffusion 2 with "!". */
  readonly padId: number;
  encode(text: string): EncodedText;
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

  const encodePlain = (text: string): readonly number[] => splitWords(text).flatMap((word) => encodeWord(word, files));
  const tokenize = (text: string): readonly number[] =>
    findAsWritten(text, (between) => findNormalised(normaliseText(between), encodePlain));

  return {
    length,
    beginId,
    endId,
    padId,
    encode(text) {
      const tokens = tokenize(text);
      const kept = [beginId, ...tokens.slice(0, length - 2), endId];
      return {
        ids: Array.from({ length }, (_, index) => kept[index] ?? padId),
        attentionMask: Array.from({ length }, (_, index) => (index < kept.length ? 1 : 0)),
        truncated: tokens.length > length - 2,
        tokenCount: tokens.length,
      };
    },
  };
}

type EncodeText = (text: string) => readonly number[];

/** Replaces special tokens by their ids, the longest first where several fit, and leaves the text between them to `encode`. */
function specialTokenFinder(tokens: readonly SpecialToken[]): (text: string, encode: EncodeText) => readonly number[] {
  if (tokens.length === 0) return (text, encode) => encode(text);
  const ids = new Map(tokens.map(({ content, id }) => [content, id]));
  const longestFirst = [...ids.keys()].toSorted((a, b) => b.length - a.length).map((content) => RegExp.escape(content));
  const separator = new RegExp(`(${longestFirst.join("|")})`, "u");
  // A captured separator stays in the list, so that special tokens stand at the odd places.
  return (text, encode) =>
    text.split(separator).flatMap((part, index) => (index % 2 === 1 ? (ids.get(part) ?? []) : encode(part)));
}
