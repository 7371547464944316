// The words nearest to each place of a learned embedding. A word vector is compared with the rows of the encoder's table, by cosine. A state
// behind the encoder is no word: what it changes, against the empty text, is compared with what single words change at the same place.

import type { NearestResult, NearWord } from "../common/embedding-understanding.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { floatsAt } from "../weights/read-tensor.ts";
import { changesOf, emptyText, type LearnedPlaces } from "./learned-places.ts";
import type { TextEncoder } from "./text-encoder.ts";

export interface NearestWordsOptions {
  /** Words that are told of each place. */
  readonly count: number;
  /** The most that are encoded, for states behind the encoder. */
  readonly words: number;
  /** Words encoded, and in all. */
  readonly onProgress: (done: number, total: number) => Promise<void>;
}

export async function nearestWords(
  places: LearnedPlaces,
  pipeline: Pipeline,
  encoder: TextEncoder,
  options: NearestWordsOptions,
): Promise<NearestResult> {
  const found =
    places.kind === "tokens"
      ? nearestRows(places, pipeline, options.count)
      : await nearestStates(places, pipeline, encoder, options);
  const changes = changesOf(places);
  return {
    kind: places.kind,
    compared: found.compared,
    places: found.nearest.map(({ words }, place) => ({ place, change: changes[place] ?? 0, words })),
  };
}

interface Found {
  readonly compared: number;
  readonly nearest: readonly Nearest[];
}

function nearestRows({ learned }: LearnedPlaces, { textEncoder, tokenizer }: Pipeline, count: number): Found {
  const location = textEncoder.weights.get("embeddings.token_embedding.weight");
  // Whoever has word vectors through the encoder was refused before where it has no table.
  if (location === undefined) throw new Error("a text encoder that takes word vectors has a table");
  const [rows = 0, width = 0] = location.shape;
  const table = floatsAt(location);
  const words = new Map([...tokenizer.ids].map(([word, id]) => [id, readable(word)]));
  const [places = 0] = learned.shape;
  const nearest = Array.from({ length: places }, () => new Nearest(count));
  for (let row = 0; row < rows; row++) {
    const word = words.get(row);
    if (word === undefined) continue;
    const vector = table.subarray(row * width, (row + 1) * width);
    for (const [place, found] of nearest.entries())
      found.add(word, cosine(learned.data.subarray(place * width, (place + 1) * width), vector));
  }
  return { compared: words.size, nearest };
}

async function nearestStates(
  { learned }: LearnedPlaces,
  { tokenizer, width }: Pipeline,
  encoder: TextEncoder,
  { count, words: most, onProgress }: NearestWordsOptions,
): Promise<Found> {
  const { data: empty } = await emptyText(encoder);
  const [places = 0] = learned.shape;
  const nearest = Array.from({ length: places }, () => new Nearest(count));
  const moved = minus(learned.data, empty);
  const words = frequentWords(tokenizer.ids).slice(0, most);
  for (const [i, word] of words.entries()) {
    const change = minus((await encoder.encode(word, PLAIN_READING, 1)).data, empty);
    for (const [place, found] of nearest.entries()) {
      const range = [place * width, (place + 1) * width] as const;
      found.add(word, cosine(moved.subarray(...range), change.subarray(...range)));
    }
    await onProgress(i + 1, words.length);
  }
  return { compared: words.length, nearest };
}

const WORD_END = "</w>";

/** Whole words of letters, the most frequent first: byte pairs are merged, and numbered, in the order of how often they occur. */
function frequentWords(ids: ReadonlyMap<string, number>): string[] {
  return [...ids]
    .filter(([token]) => /^[a-z]{2,}<\/w>$/.test(token))
    .toSorted(([, a], [, b]) => a - b)
    .map(([token]) => token.slice(0, -WORD_END.length));
}

/** What goes on after it has a hyphen behind. */
function readable(token: string): string {
  if (/^<\|.*\|>$/.test(token)) return token;
  return token.endsWith(WORD_END) ? token.slice(0, -WORD_END.length) : `${token}-`;
}

function minus(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - (b[i] ?? 0));
}

/** 0 where one of them is nothing. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [product, ownA, ownB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x = 0, y = 0] = [a[i], b[i]];
    product += x * y;
    ownA += x * x;
    ownB += y * y;
  }
  return ownA === 0 || ownB === 0 ? 0 : product / Math.sqrt(ownA * ownB);
}

/** The best of many, the nearest first; what has nothing to do with it is none. */
class Nearest {
  readonly words: NearWord[] = [];
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  add(word: string, near: number): void {
    const last = this.words.at(-1);
    if (near === 0 || (this.words.length === this.#count && last !== undefined && near <= last.cosine)) return;
    const at = this.words.findIndex(({ cosine: other }) => near > other);
    this.words.splice(at === -1 ? this.words.length : at, 0, { word, cosine: near });
    if (this.words.length > this.#count) this.words.pop();
  }
}
