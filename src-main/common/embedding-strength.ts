// How strongly a learned embedding acts: start + strength · (learned − start), so that 0 is what it was learned from.

import { z } from "zod";
import { promptWeights } from "./text-reading.ts";

/** 0: the start, 1: as it was learned; beyond 1 the line from the one to the other goes on. */
export const strength = z.number().min(0).max(2);

/** What an embedding was learned from, as its file tells it. */
export const embeddingStart = z.discriminatedUnion("kind", [
  /** The empty text. */
  z.object({ kind: z.literal("none") }),
  z.object({ kind: z.literal("text"), text: z.string(), promptWeights: promptWeights.default("none") }),
  /** The name of another embedding's file, and how strongly that acted. */
  z.object({ kind: z.literal("embedding"), file: z.string(), strength: strength.exactOptional() }),
]);
export type EmbeddingStart = z.output<typeof embeddingStart>;

/** start + strength · (learned − start), a number at a time. */
export function atStrength(
  start: ArrayLike<number>,
  learned: ArrayLike<number>,
  strengthOf: number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(learned, (value, i) => {
    const origin = start[i] ?? 0;
    return origin + strengthOf * (value - origin);
  });
}
