// A text as searches see it: letters and digits only, with where each stood and which of them begin words.

/** From and to, in the text as it is shown. */
export type Mark = readonly [number, number];

export interface SearchableText {
  /** Lower case, without spaces, hyphens, brackets and accents: `CLIP Text Encode` and `CLIPTextEncode` are the same. */
  readonly letters: string;
  /** Of each letter, its index in the shown text. */
  readonly places: readonly number[];
  /** Indices into `letters` at which a word begins: after a gap, and at a capital inside a name. */
  readonly starts: readonly number[];
}

const cache = new Map<string, SearchableText>();

export function searchable(shown: string): SearchableText {
  const known = cache.get(shown) ?? read(shown);
  cache.set(shown, known);
  return known;
}

function read(shown: string): SearchableText {
  const letters: string[] = [];
  const places: number[] = [];
  const starts: number[] = [];
  let before = "";
  let place = 0;
  for (const char of shown) {
    const letter = plain(char);
    if (/^[\p{L}\p{N}]$/u.test(letter)) {
      const isAfterGap = !/^[\p{L}\p{N}]$/u.test(plain(before));
      if (isAfterGap || (isCapital(char) && !isCapital(before))) starts.push(letters.length);
      letters.push(letter);
      places.push(place);
    }
    before = char;
    place += char.length;
  }
  return { letters: letters.join(""), places, starts };
}

/** é is an e. What has no single letter of its own stays what it is. */
function plain(char: string): string {
  return char.normalize("NFD").charAt(0).toLowerCase();
}

function isCapital(char: string): boolean {
  return /^\p{Lu}$/u.test(char);
}

/** Where so many letters stand in the shown text; a gap between two of them is part of the mark. */
export function markOf({ places }: SearchableText, start: number, length: number): Mark {
  const last = places[start + length - 1] ?? 0;
  return [places[start] ?? 0, last + 1];
}
