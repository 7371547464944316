// A prompt as what the text encoder gets: tokens and word vectors with their weights, in chunks of as many as it reads.

import type { TextReading } from "../common/text-reading.ts";
import { EMBEDDING, readParts } from "../models/prompt/read-parts.ts";
import { BREAK } from "../models/prompt/weighted-part.ts";
import type { ClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import type { LostWords } from "../models/tokenizer/fit-words.ts";
import type { EmbeddingLibrary } from "./embedding-library.ts";

/** One place of the text encoder's input. */
export interface Position {
  readonly id: number;
  /** [width], in place of the token's own */
  readonly vector?: Float32Array;
  readonly weight: number;
  /** Which part of the text it belongs to. */
  readonly part: number;
}

export type Chunk = readonly Position[];

export interface ChunkedPrompt {
  /** One at least, which may be empty. */
  readonly chunks: readonly Chunk[];
  /** Tokens in all. */
  readonly tokenCount: number;
  readonly lost: LostWords | null;
}

export interface PromptReader {
  readonly tokenizer: ClipTokenizer;
  readonly reading: TextReading;
  readonly library: EmbeddingLibrary;
}

/** What belongs together: a word's tokens, or an embedding's vectors. */
interface Unit {
  readonly text: string;
  readonly positions: readonly Position[];
  readonly isEmbedding: boolean;
}

/** @param most chunks that are kept */
export function chunkPrompt(text: string, reader: PromptReader, most: number): ChunkedPrompt {
  const room = reader.tokenizer.length - 2;
  const units = unitsOf(text, reader);
  const all =
    reader.reading.promptWeights === "a1111"
      ? fillByCommas(units, room, commaOf(reader.tokenizer))
      : fillStraight(units, room);
  const tokenCount = units.reduce((sum, unit) => sum + (unit === BREAK ? 0 : unit.positions.length), 0);
  const chunks = all.slice(0, most);
  const kept = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    chunks,
    tokenCount,
    lost: kept === tokenCount ? null : { word: wordAt(units, kept), tokens: tokenCount - kept },
  };
}

function unitsOf(text: string, { tokenizer, reading, library }: PromptReader): (Unit | typeof BREAK)[] {
  return readParts(text, reading).flatMap((part, index): (Unit | typeof BREAK)[] => {
    if (part === BREAK) return [BREAK];
    const { weight } = part;
    // A captured name stays in the list, so that names stand at the odd places.
    return part.text.split(EMBEDDING).flatMap((piece, i): Unit[] => {
      if (i % 2 === 1) {
        const positions = library(piece).map((vector) => ({ id: tokenizer.beginId, vector, weight, part: index }));
        return [{ text: `embedding:${piece}`, positions, isEmbedding: true }];
      }
      return tokenizer.words(piece).map(({ text: word, ids }) => ({
        text: word,
        positions: ids.map((id) => ({ id, weight, part: index })),
        isEmbedding: false,
      }));
    });
  });
}

/** As many as fit, then the next chunk; only the vectors of an embedding stay together. */
function fillStraight(units: readonly (Unit | typeof BREAK)[], room: number): Chunk[] {
  const chunks: Position[][] = [[]];
  for (const unit of units) {
    if (unit === BREAK) continue;
    const { positions, isEmbedding } = unit;
    if (isEmbedding && (chunks.at(-1)?.length ?? 0) + positions.length > room) chunks.push([]);
    for (const position of positions) {
      if (chunks.at(-1)?.length === room) chunks.push([]);
      chunks.at(-1)?.push(position);
    }
  }
  return chunks;
}

/** Tokens behind a comma that move to the next chunk with what follows: the webui's usual setting. */
const BACKTRACK = 20;

/** Of a chunk that ends because it is full, and not by a BREAK or an embedding: tokens that stay in it at the least. */
export function fewestTokens({ promptWeights }: Pick<TextReading, "promptWeights">, room: number): number {
  return promptWeights === "a1111" ? Math.max(1, room - BACKTRACK + 1) : room;
}

function commaOf(tokenizer: ClipTokenizer): number | undefined {
  const [id, ...more] = tokenizer.words(",").flatMap(({ ids }) => ids);
  return more.length === 0 ? id : undefined;
}

/** As the stable-diffusion-webui: a phrase that would be cut within its first tokens moves to the next chunk, from its comma on. */
function fillByCommas(units: readonly (Unit | typeof BREAK)[], room: number, commaId: number | undefined): Chunk[] {
  const chunks: Position[][] = [];
  let chunk: Position[] = [];
  let comma = -1;
  const next = (): void => {
    chunks.push(chunk);
    chunk = [];
    comma = -1;
  };
  for (const unit of units) {
    if (unit === BREAK) {
      next();
      continue;
    }
    if (unit.isEmbedding && chunk.length + unit.positions.length > room) next();
    for (const position of unit.positions) {
      if (position.id === commaId) comma = chunk.length;
      else if (chunk.length === room && comma !== -1 && chunk.length - comma <= BACKTRACK) {
        const moved = chunk.splice(comma + 1);
        next();
        chunk = moved;
      }
      if (chunk.length === room) next();
      chunk.push(position);
    }
  }
  if (chunk.length > 0 || chunks.length === 0) next();
  return chunks;
}

/** The word that the position of this number belongs to. */
function wordAt(units: readonly (Unit | typeof BREAK)[], number: number): string {
  let count = 0;
  const found = units.find((unit) => unit !== BREAK && (count += unit.positions.length) > number);
  return found === undefined || found === BREAK ? "" : found.text;
}
