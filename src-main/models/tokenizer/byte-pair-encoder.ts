// Byte-pair encoding of one word (Sennrich et al. 2016, arXiv:1508.07909) over the printable byte alphabet of GPT-2.

import { createHeap } from "./heap.ts";

/** Marks the last symbol of a word, so that "art" within "party" and at its end are different tokens. */
const END_OF_WORD = "</w>";

export interface BytePairVocabulary {
  readonly ids: ReadonlyMap<string, number>;
  /** Rank of each merge by its two symbols, joined by a space; merges of low rank come first. */
  readonly ranks: ReadonlyMap<string, number>;
  /** For bytes that the vocabulary lacks. */
  readonly unknownId: number;
}

/** Words that are kept: more than a language has in use. */
const REMEMBERED = 100_000;

/** @returns the token ids of a word that holds no white space, by a function that remembers them */
export function wordEncoder(vocabulary: BytePairVocabulary): (word: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const ids = encodeWord(word, vocabulary);
    if (known.size < REMEMBERED) known.set(word, ids);
    return ids;
  };
}

function encodeWord(word: string, { ids, ranks, unknownId }: BytePairVocabulary): readonly number[] {
  const symbols = Array.from(new TextEncoder().encode(word), (byte) => BYTE_ALPHABET[byte] ?? "");
  symbols.push(`${symbols.pop() ?? ""}${END_OF_WORD}`);
  return mergeSymbols(symbols, ranks).map((symbol) => ids.get(symbol) ?? unknownId);
}

/**
 * Apply the merge of lowest rank wherever it fits, from left to right, until none fits. What waits lies in a heap, and symbols in a chain, so
 * that a word of n bytes costs n log n: texts of others may hold one of any length.
 */
function mergeSymbols(word: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  const symbols: (string | null)[] = [...word];
  const next = word.map((_, place) => place + 1);
  const previous = word.map((_, place) => place - 1);
  const waiting = createHeap();
  const rankAt = (place: number): number | undefined => {
    const [first, second] = [symbols[place], symbols[next[place] ?? word.length]];
    return typeof first === "string" && typeof second === "string" ? ranks.get(`${first} ${second}`) : undefined;
  };
  const wait = (place: number): void => {
    const rank = rankAt(place);
    if (rank !== undefined) waiting.push(rank * PLACES + place);
  };
  word.forEach((_, place) => wait(place));
  while (waiting.size() > 0) {
    const rank = Math.floor((waiting.first() ?? 0) / PLACES);
    const changed: number[] = [];
    // All of one rank: what they make waits for the next turn, be its rank lower or not.
    while (waiting.size() > 0 && Math.floor((waiting.first() ?? 0) / PLACES) === rank) {
      const place = (waiting.pop() ?? 0) % PLACES;
      if (rankAt(place) !== rank) continue;
      const second = next[place] ?? word.length;
      const after = next[second] ?? word.length;
      symbols[place] = `${symbols[place] ?? ""}${symbols[second] ?? ""}`;
      symbols[second] = null;
      next[place] = after;
      if (after < word.length) previous[after] = place;
      changed.push(place);
    }
    for (const place of changed) {
      const before = previous[place] ?? -1;
      if (before >= 0) wait(before);
      wait(place);
    }
  }
  return symbols.filter((symbol) => symbol !== null);
}

/** More than any text has bytes; times the largest rank, it is still a whole number. */
const PLACES = 2 ** 28;

/**
 * One printable character per byte: printable Latin-1 stands for itself, the other 68 bytes for the characters from U+0100 on,
 * so that vocabularies are readable text without white space.
 */
export const BYTE_ALPHABET: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : next++));
})();
