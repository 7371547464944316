// A text as the numbers that a text encoder reads, for one that runs inside of a graph.

import type { ClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import type { TextTokens } from "../program/host.ts";
import type { Chunk } from "./prompt-chunks.ts";

/** @param count chunks, filled up by empty ones */
export function tokensOf(
  { length, beginId, endId, padId }: ClipTokenizer,
  chunks: readonly Chunk[],
  count: number,
  width: number,
): TextTokens {
  const ids = new Float32Array(count * length);
  const weights = new Float32Array(count * length).fill(1);
  const vectors = new Float32Array(count * length * width);
  const isVector = new Float32Array(count * length);
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
    }
  }
  return { ids, weights, vectors, isVector };
}
