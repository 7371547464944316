// A learned embedding place by place, with what stood there before: vectors in front of the text encoder, or states behind it.

import { atStrength } from "../common/embedding-strength.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import { readEmbeddingFile } from "../embeddings/embedding-file.ts";
import { startTextOf } from "../embeddings/embedding-start.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { tokenEmbeddingKind } from "../parameters/token-embedding.ts";
import type { TextEncoder } from "./text-encoder.ts";

export interface LearnedPlaces {
  readonly kind: "tokens" | "conditioning";
  /** [places, width] each. */
  readonly learned: FloatTensor;
  readonly start: FloatTensor;
  /** The guidance that it was learned at; `null`: the file does not tell. */
  readonly guidance: number | null;
  /** What stands on the negative side of guidance with these places: [1, tokens, width] */
  readonly contextOf: (places: Float32Array) => Promise<FloatTensor>;
}

/** @throws Refusal for a file that does not fit, and for one that was learned on from another, whose start is not known here */
export async function openLearnedPlaces(
  file: string,
  pipeline: Pipeline,
  encoder: TextEncoder,
): Promise<LearnedPlaces> {
  const embedding = readEmbeddingFile(file);
  const { tokens, width } = pipeline;
  if (embedding.kind !== "tokens") {
    const shape = [tokens, width];
    const { data } = await encoder.load(file);
    return {
      kind: "conditioning",
      learned: floatTensor(shape, data),
      start: floatTensor(shape, (await encoder.start(embedding)).data),
      guidance: embedding.metadata?.guidance ?? null,
      contextOf: async (places) => floatTensor([1, ...shape], places),
    };
  }
  const { vectors } = embedding;
  const [count = 0] = vectors.shape;
  const { text } = startTextOf(embedding);
  const start = await tokenEmbeddingKind.initial(
    pipeline,
    {
      name: embedding.name,
      count,
      start: text === "" ? { kind: "none" } : { kind: "text", text },
      naming: "diffusers",
    },
    {
      encodeText: (_, own, reading) => encoder.encode(own, reading, 1),
      loadEmbedding: (_, other) => encoder.load(other),
    },
  );
  const contextOf = (places: Float32Array): Promise<FloatTensor> =>
    encoder.encodeVectors({ ...embedding, vectors: floatTensor([count, width], places) });
  // Refused at once where the vectors do not fit the encoder.
  await contextOf(vectors.data);
  if (start["vectors"] === undefined) throw new Error("word vectors begin as vectors");
  return { kind: "tokens", learned: vectors, start: start["vectors"], guidance: null, contextOf };
}

/** The empty text's states [1, tokens, width]. */
export function emptyText(encoder: TextEncoder): Promise<FloatTensor> {
  return encoder.encode("", PLAIN_READING, 1);
}

/** With the start in some places. */
export function withoutPlaces({ learned, start }: LearnedPlaces, first: number, last: number): Float32Array {
  const [, width = 0] = learned.shape;
  const changed = Float32Array.from(learned.data);
  changed.set(start.data.subarray(first * width, (last + 1) * width), first * width);
  return changed;
}

/** Of what goes through the encoder, the answers are mixed, as everywhere. */
export async function contextAt(places: LearnedPlaces, strength: number): Promise<FloatTensor> {
  const { data, shape } = await places.contextOf(places.learned.data);
  const start = await places.contextOf(places.start.data);
  return floatTensor(shape, atStrength(start.data, data, strength));
}

/** ‖learned − start‖ / ‖start‖ of each place. */
export function changesOf({ learned, start }: LearnedPlaces): number[] {
  const [count = 0, width = 0] = learned.shape;
  return Array.from({ length: count }, (_, place) => {
    const range = Array.from({ length: width }, (_value, i) => place * width + i);
    const moved = Math.hypot(...range.map((i) => (learned.data[i] ?? 0) - (start.data[i] ?? 0)));
    const size = Math.hypot(...range.map((i) => start.data[i] ?? 0));
    return moved / Math.max(size, 1e-12);
  });
}
