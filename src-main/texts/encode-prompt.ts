// A prompt through the text encoder of a pipeline: chunk by chunk, with word vectors among the tokens, and with weights on what comes out.

import { Refusal, refuse } from "../common/diagnostic.ts";
import { floatTensor } from "../common/tensor.ts";
import type { Pipeline } from "../models/pipeline.ts";
import type { ClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import type { Stage, StageSessions } from "../runtime/stage-sessions.ts";
import type { Chunk, Position } from "./prompt-chunks.ts";
import { idTensor } from "./token-batch.ts";

export interface PromptEncoder {
  readonly pipeline: Pipeline;
  readonly sessions: StageSessions;
  readonly tokenizer: ClipTokenizer;
  readonly stages: {
    /** Of tokens alone. */
    readonly textEncoder: Stage;
    /** With word vectors in place of some tokens, and tokens that are not looked at. */
    readonly wordEncoder: Stage;
  };
}

/** @returns [tokens, width] of one chunk, unweighted. @param hidden the part of the text that is not looked at */
export async function encodeChunk(encoder: PromptEncoder, chunk: Chunk, hidden?: number): Promise<Float32Array> {
  const { pipeline, sessions, tokenizer, stages } = encoder;
  const { length, beginId, endId, padId } = tokenizer;
  const kept = [beginId, ...chunk.map(({ id }) => id), endId];
  const ids = Array.from({ length }, (_, place) => kept[place] ?? padId);
  const isPlain = hidden === undefined && chunk.every(({ vector }) => vector === undefined);
  if (isPlain) {
    const outputs = await sessions.run(stages.textEncoder, { input_ids: idTensor([ids]) });
    return present(outputs["last_hidden_state"]);
  }
  const { width } = pipeline;
  const vectors = new Float32Array(length * width);
  const isVector = new Float32Array(length);
  const seen = ids.map((_, place) => {
    const position: Position | undefined = chunk[place - 1];
    if (position?.vector !== undefined) {
      vectors.set(position.vector, place * width);
      isVector[place] = 1;
    }
    return position !== undefined && position.part === hidden ? 0 : 1;
  });
  const feeds = {
    input_ids: idTensor([ids]),
    attention_mask: idTensor([seen]),
    word_vectors: floatTensor([1, length, width], vectors),
    is_word_vector: floatTensor([1, length, 1], isVector),
  };
  return present((await refuseIdsOnly(pipeline, () => sessions.run(stages.wordEncoder, feeds)))["last_hidden_state"]);
}

/**
 * As the stable-diffusion-webui weighs: each token's numbers times its weight, then all of the chunk times one factor, so that its mean
 * is what it was.
 * @param plain [tokens, width]
 */
export function weighByMean(plain: Float32Array, chunk: Chunk, width: number): Float32Array {
  if (chunk.every(({ weight }) => weight === 1)) return plain;
  const weighed = plain.map((value, i) => value * weightAt(chunk, Math.floor(i / width)));
  const factor = mean(plain) / mean(weighed);
  return weighed.map((value) => value * factor);
}

/**
 * As Compel weighs: each token moves away from the null text by its weight; then, for each part of a weight below 1, the whole text moves
 * to what it is without that part, by tan((1 − w) · π/2) against 1.
 */
export async function weighLikeCompel(encoder: PromptEncoder, chunks: readonly Chunk[]): Promise<Float32Array[]> {
  const nullText = await encodeChunk(encoder, []);
  const without = async (hidden?: number): Promise<Float32Array[]> => {
    const encoded: Float32Array[] = [];
    for (const chunk of chunks) {
      const plain = await encodeChunk(encoder, chunk, hidden);
      encoded.push(awayFrom(nullText, plain, chunk, encoder.pipeline.width));
    }
    return encoded;
  };
  const sums = (await without()).map((values) => Float64Array.from(values));
  let total = 1;
  const parts = new Map(chunks.flat().map(({ part, weight }) => [part, weight]));
  for (const [part, weight] of parts) {
    if (weight >= 1) continue;
    const share = Math.tan(((1 - Math.max(LEAST_WEIGHT, weight)) * Math.PI) / 2);
    total += share;
    for (const [i, values] of (await without(part)).entries()) {
      const sum = sums[i];
      if (sum !== undefined) for (const [j, value] of values.entries()) sum[j] = (sum[j] ?? 0) + share * value;
    }
  }
  return sums.map((sum) => Float32Array.from(sum, (value) => value / total));
}

/** Compel's ε, without which a weight of 0 would be infinitely strong. */
const LEAST_WEIGHT = 1e-5;

function awayFrom(nullText: Float32Array, plain: Float32Array, chunk: Chunk, width: number): Float32Array {
  return plain.map((value, i) => {
    const weight = weightAt(chunk, Math.floor(i / width));
    const origin = nullText[i] ?? 0;
    return weight === 1 ? value : origin + weight * (value - origin);
  });
}

/** Marks and padding have the weight 1. */
function weightAt(chunk: Chunk, place: number): number {
  return chunk[place - 1]?.weight ?? 1;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** An exported encoder has the inputs that it was exported with, and no place for word vectors. */
async function refuseIdsOnly<Result>({ name }: Pipeline, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Refusal && error.diagnostics.some(({ code }) => code === "onnx-input"))) throw error;
    return refuse({
      code: "encoder-ids-only",
      at: { stage: "text encoder" },
      message: `the text encoder of ${name} is an ONNX export that takes token ids only, so that neither word vectors nor weights below 1 can be given to it`,
      help: "use the same model as safetensors, or convert the embedding with that",
      command: "`reneg embedding convert`",
    });
  }
}

function present(data: Float32Array | undefined): Float32Array {
  if (data === undefined) throw new Error("the stage lacks an output that it was built with");
  return data;
}
