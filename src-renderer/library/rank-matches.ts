// Which of many things are meant by what was typed, the likeliest first. A pure function: the same words give the same order.

import { mistakes, toleranceFor } from "./misspelling.ts";
import { type Mark, markOf, searchable, type SearchableText } from "./searchable-text.ts";

export interface Searchable {
  readonly title: string;
  /** What others call it. */
  readonly synonyms?: readonly string[] | undefined;
  /** Sentences; only beginnings of their words are searched. */
  readonly description?: string | undefined;
}

export interface Match<Item> {
  readonly item: Item;
  /** What was found of the title. */
  readonly marks: readonly Mark[];
  /** The synonym by which it was found, where the title has nothing of what was typed. */
  readonly synonym: { readonly text: string; readonly marks: readonly Mark[] } | null;
}

/** How well a text fits, the best first. */
const EXACT = 0;
const BEGINNING = 1;
const WORD = 2;
const INSIDE = 3;
/** Every word stands somewhere, though not in this order. */
const SCATTERED = 4;
const FITS = 5;

const SYNONYM = FITS;
const DESCRIPTION = 2 * FITS;
const MISSPELT = 3 * FITS;

interface Found {
  readonly rank: number;
  /** Of what was found: in a shorter text, more of it was meant. */
  readonly length: number;
  readonly marks: readonly Mark[];
  readonly synonym: Match<unknown>["synonym"];
}

/**
 * Titles come before synonyms, those before descriptions; within each, the whole text before its beginning, the beginning of
 * a word, and the inside of one. Misspelt words are understood where nothing else fits. Without words, all in their order.
 */
export function rankMatches<Item>(
  query: string,
  items: readonly Item[],
  read: (item: Item) => Searchable,
): readonly Match<Item>[] {
  const words = query.split(/[^\p{L}\p{N}]+/u).flatMap((word) => searchable(word).letters || []);
  if (words.length === 0) return items.map((item) => ({ item, marks: [], synonym: null }));
  const literal = rank(items, (item) => findLiteral(words, read(item)));
  return literal.length > 0 ? literal : rank(items, (item) => findMisspelt(words, read(item)));
}

function rank<Item>(items: readonly Item[], find: (item: Item) => Found | undefined): Match<Item>[] {
  return items
    .flatMap((item) => {
      const found = find(item);
      return found === undefined ? [] : [{ item, found }];
    })
    .toSorted((a, b) => a.found.rank - b.found.rank || a.found.length - b.found.length)
    .map(({ item, found: { marks, synonym } }) => ({ item, marks, synonym }));
}

function findLiteral(words: readonly string[], { title, synonyms = [], description = "" }: Searchable) {
  const inTitle = fitOf(words, title);
  if (inTitle !== undefined) return { rank: inTitle.fit, length: title.length, marks: inTitle.marks, synonym: null };
  const named = synonyms
    .flatMap((text) => {
      const found = fitOf(words, text);
      return found === undefined ? [] : [{ text, ...found }];
    })
    .toSorted((a, b) => a.fit - b.fit || a.text.length - b.text.length)[0];
  if (named !== undefined) {
    const { text, fit, marks } = named;
    return { rank: SYNONYM + fit, length: text.length, marks: [], synonym: { text, marks } };
  }
  return findInAll(words, title, [...synonyms, description]);
}

/** Some words in the title, the others in what is said besides. */
function findInAll(words: readonly string[], title: string, others: readonly string[]): Found | undefined {
  const marks: Mark[] = [];
  for (const word of words) {
    const inTitle = placeOf(word, searchable(title));
    if (inTitle !== undefined) marks.push(inTitle.mark);
    else if (!others.some((other) => (placeOf(word, searchable(other))?.fit ?? INSIDE) < INSIDE)) return undefined;
  }
  const inTitle = marks.length;
  return { rank: DESCRIPTION + (words.length - inTitle) / words.length, length: title.length, marks, synonym: null };
}

interface Fit {
  readonly fit: number;
  readonly marks: readonly Mark[];
}

function fitOf(words: readonly string[], text: string): Fit | undefined {
  const within = searchable(text);
  const whole = placeOf(words.join(""), within);
  if (whole !== undefined) return { fit: whole.fit, marks: [whole.mark] };
  const places = words.map((word) => placeOf(word, within));
  if (words.length === 1 || places.includes(undefined)) return undefined;
  return { fit: SCATTERED, marks: places.flatMap((place) => (place === undefined ? [] : [place.mark])) };
}

function placeOf(typed: string, within: SearchableText): { readonly fit: number; readonly mark: Mark } | undefined {
  const { letters, starts } = within;
  const first = letters.indexOf(typed);
  if (first === -1) return undefined;
  if (first === 0) {
    return { fit: letters.length === typed.length ? EXACT : BEGINNING, mark: markOf(within, 0, typed.length) };
  }
  const start = starts.find((place) => letters.startsWith(typed, place));
  return { fit: start === undefined ? INSIDE : WORD, mark: markOf(within, start ?? first, typed.length) };
}

function findMisspelt(words: readonly string[], { title, synonyms = [] }: Searchable): Found | undefined {
  const typed = words.join("");
  const tolerance = toleranceFor(typed.length);
  const candidates = [title, ...synonyms].flatMap((text, i) => {
    const { letters, starts } = searchable(text);
    const least = Math.min(...starts.map((start) => mistakes(typed, letters.slice(start))));
    return least > tolerance ? [] : [{ text, rank: MISSPELT + least * 2 + (i === 0 ? 0 : 1) }];
  });
  const best = candidates.toSorted((a, b) => a.rank - b.rank)[0];
  if (best === undefined) return undefined;
  const synonym = best.text === title ? null : { text: best.text, marks: [] };
  return { rank: best.rank, length: best.text.length, marks: [], synonym };
}
