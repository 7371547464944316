// Byte-pair encoding of one word (Sennrich et al. 2016, arXiv:1508.07909) over the printable byte alphabet of GPT-2.

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

/** Apply the merge of lowest rank wherever it fits, from left to right, until none fits. */
function mergeSymbols(word: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  let symbols = word;
  for (;;) {
    const pair = lowestRankedPair(symbols, ranks);
    if (pair === undefined) return symbols;
    symbols = mergePair(symbols, pair);
  }
}

function mergePair(symbols: readonly string[], [first, second]: readonly [string, string]): readonly string[] {
  const merged: string[] = [];
  for (let index = 0; index < symbols.length; index += 1) {
    const isPair = symbols[index] === first && symbols[index + 1] === second;
    merged.push(isPair ? first + second : (symbols[index] ?? ""));
    if (isPair) index += 1;
  }
  return merged;
}

function lowestRankedPair(
  symbols: readonly string[],
  ranks: ReadonlyMap<string, number>,
): readonly [string, string] | undefined {
  let lowest = Infinity;
  let best: readonly [string, string] | undefined;
  symbols.forEach((second, index) => {
    const first = symbols[index - 1];
    const rank = first === undefined ? undefined : ranks.get(`${first} ${second}`);
    if (first === undefined || rank === undefined || rank >= lowest) return;
    lowest = rank;
    best = [first, second];
  });
  return best;
}

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
