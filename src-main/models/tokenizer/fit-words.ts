// The words of a text that fit into what an encoder reads, and what is lost.

/** A word of a text, or a token that stands for itself, with the ids that it is made of. */
export interface Word {
  readonly text: string;
  readonly ids: readonly number[];
}

/** What an encoder does not get to read. */
export interface LostWords {
  /** The first word that is missing or incomplete, as the tokenizer sees it. */
  readonly word: string;
  /** Tokens that are missing. */
  readonly tokens: number;
}

interface FittedWords {
  readonly ids: readonly number[];
  /** Tokens of the whole text. */
  readonly tokenCount: number;
  readonly lost: LostWords | null;
}

/** @param room for tokens, without marks */
function fitWords(words: readonly Word[], room: number): FittedWords {
  const ids = words.flatMap((word) => word.ids);
  if (ids.length <= room) return { ids, tokenCount: ids.length, lost: null };
  let count = 0;
  const first = words.find((word) => (count += word.ids.length) > room);
  return {
    ids: ids.slice(0, room),
    tokenCount: ids.length,
    lost: { word: first?.text ?? "", tokens: ids.length - room },
  };
}

/** @returns ids of a fixed length: begin mark, words, end mark, padding; and 1 where one of the first three stands */
export function frameWords(
  words: readonly Word[],
  length: number,
  { beginId, endId, padId }: { readonly beginId: number; readonly endId: number; readonly padId: number },
) {
  const { ids, tokenCount, lost } = fitWords(words, length - 2);
  const kept = [beginId, ...ids, endId];
  return {
    ids: Array.from({ length }, (_, index) => kept[index] ?? padId),
    attentionMask: Array.from({ length }, (_, index) => (index < kept.length ? 1 : 0)),
    tokenCount,
    lost,
  };
}
