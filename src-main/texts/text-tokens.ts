// A text as the numbers that a text encoder reads, for one that runs inside of a graph.

import type { LearnedWord, TextTokens } from "../program/host.ts";
import { chunkPrompt, type PromptReader } from "./prompt-chunks.ts";

export interface TokenOptions {
  readonly reader: PromptReader;
  /** Filled up by empty ones, and those behind cut off. */
  readonly chunks: number;
  /** Of the text encoder's word vectors. */
  readonly width: number;
  readonly learned?: LearnedWord;
}

export function readTokens(text: string, { reader, chunks: count, width, learned }: TokenOptions): TextTokens {
  const { length, beginId, endId, padId } = reader.tokenizer;
  // They stand for vectors that are not known here, and are known again by what they are.
  const places = Array.from({ length: learned?.count ?? 0 }, () => new Float32Array(width));
  const library = (name: string) => (name === learned?.name ? places : reader.library(name));
  const { chunks, lost } = chunkPrompt(text, { ...reader, library }, count);
  const ids = new Float32Array(count * length);
  const weights = new Float32Array(count * length).fill(1);
  const vectors = new Float32Array(count * length * width);
  const isVector = new Float32Array(count * length);
  const learnedAt = Array.from({ length: count * length }, () => -1);
  for (let i = 0; i < count; i++) {
    const chunk = chunks[i] ?? [];
    const kept = [beginId, ...chunk.map(({ id }) => id), endId];
    for (let place = 0; place < length; place++) ids[i * length + place] = kept[place] ?? padId;
    for (const [place, { weight, vector }] of chunk.entries()) {
      const at = i * length + 1 + place;
      weights[at] = weight;
      if (vector === undefined) continue;
      vectors.set(vector, at * width);
      isVector[at] = 1;
      learnedAt[at] = places.findIndex((place) => place === vector);
    }
  }
  return { ids, weights, vectors, isVector, lost, learned: learnedAt };
}
