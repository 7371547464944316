// How CLIP cuts a text into words before byte-pair encoding: normal form, then one regular expression.

/**
 * Canonical composition, every run of white space to one space, lower case.
 * Lower-casing goes character by character: unlike JavaScript's own it does not turn a final Σ into ς.
 */
export function normaliseText(text: string): string {
  const collapsed = text.normalize("NFC").replace(/\p{White_Space}+/gu, " ");
  return Array.from(collapsed, (character) => character.toLowerCase()).join("");
}

/** Contractions, runs of letters, single digits, runs of anything else but white space. */
const WORD = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** The byte-level step of GPT-2 cuts once more; only the marks above fall apart in it, where they are not special tokens. */
const BYTE_LEVEL_WORD = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}+|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** The words of a normalised text. */
export function splitWords(text: string): readonly string[] {
  return (text.match(WORD) ?? []).flatMap((piece) => piece.match(BYTE_LEVEL_WORD) ?? []);
}
