// Texts to conditioning, outside of any graph: in chunks, with word vectors and weights, as the user wants them read.

import type { Diagnostic } from "../common/diagnostic.ts";
import { atStrength } from "../common/embedding-strength.ts";
import { joinArrays } from "../common/join-arrays.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { PLAIN_READING, type TextReading } from "../common/text-reading.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import { checkEmbeddingFits } from "../embeddings/check-embedding-fits.ts";
import { type LearnedEmbedding, readEmbeddingFile, type TokenEmbedding } from "../embeddings/embedding-file.ts";
import { startTextOf } from "../embeddings/embedding-start.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { createClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import type { FeedStage } from "../program/feed.ts";
import type { LearnedWord, ReadText, TextTokens } from "../program/host.ts";
import type { StageSessions } from "../runtime/stage-sessions.ts";
import { openEmbeddingLibrary } from "../texts/embedding-library.ts";
import { encodeChunk, type PromptEncoder, weighByMean, weighLikeCompel } from "../texts/encode-prompt.ts";
import { encodeWords } from "../texts/encode-words.ts";
import { chunkPrompt, fewestTokens, type PromptReader } from "../texts/prompt-chunks.ts";
import { readTokens } from "../texts/text-tokens.ts";

export interface TextEncoder {
  readonly stage: FeedStage;
  /** @param most chunks that are kept */
  readonly read: (text: string, reading: TextReading, most?: number) => ReadText;
  /**
   * @param chunks filled up by the null text to as many; absent: those that the text fills
   * @returns [1, chunks · tokens, width]
   */
  readonly encode: (text: string, reading: TextReading, chunks?: number) => Promise<FloatTensor>;
  /** As `encode` has it before the encoder reads it. */
  readonly readTokens: (text: string, reading: TextReading, chunks: number, learned?: LearnedWord) => TextTokens;
  /**
   * A saved embedding [1, tokens, width].
   * @param strength from 0, what it was learned from, over 1, what was learned, to 2; absent: 1
   * @throws Refusal if it is damaged or of another space
   */
  readonly load: (file: string, strength?: number) => Promise<FloatTensor>;
  /** Word vectors as a whole text [1, tokens, width]. @throws Refusal if they do not fit, or if the encoder takes only ids */
  readonly encodeVectors: (vectors: TokenEmbedding) => Promise<FloatTensor>;
  /** What an embedding was learned from [1, tokens, width]. @throws Refusal where it was another file */
  readonly start: (embedding: LearnedEmbedding | TokenEmbedding) => Promise<FloatTensor>;
}

export function openTextEncoder(
  pipeline: Pipeline,
  sessions: StageSessions,
  warn: (warning: Diagnostic) => Promise<void> = async () => {},
): TextEncoder {
  const { tokens, width } = pipeline;
  const tokenizer = createClipTokenizer(pipeline.tokenizer);
  const stage: FeedStage = {
    name: "text encoder",
    build: () => textEncoderGraph(pipeline),
    of: { network: "text encoder", work: "text encoding" },
  };
  const encoder: PromptEncoder = {
    pipeline,
    sessions,
    tokenizer,
    stages: {
      textEncoder: stage,
      wordEncoder: {
        name: "text encoder with word vectors",
        build: () => wordEncoderGraph(pipeline),
        of: { network: "text encoder", work: "text encoding" },
      },
    },
  };
  const readers = new Map<string, PromptReader>();
  const readerOf = (reading: TextReading): PromptReader => {
    const key = JSON.stringify(reading);
    const reader = readers.get(key) ?? { tokenizer, reading, library: openEmbeddingLibrary(reading.embeddings, width) };
    readers.set(key, reader);
    return reader;
  };
  let nullText: Float32Array | undefined;
  const encodeNull = async (): Promise<Float32Array> => (nullText ??= await encodeChunk(encoder, []));
  return {
    stage,
    read(text, reading, most = reading.longPrompts === "cut" ? 1 : Infinity) {
      const { chunks, tokenCount, lost } = chunkPrompt(text, readerOf(reading), most);
      const room = tokenizer.length - 2;
      return { chunks: chunks.length, tokenCount, room, least: fewestTokens(reading, room), lost };
    },
    async encode(text, reading, chunks) {
      const parts = await encodeParts(encoder, readerOf(reading), text, chunks ?? Infinity);
      while (parts.length < (chunks ?? 1)) parts.push(await encodeNull());
      return floatTensor([1, parts.length * tokens, width], joinArrays(parts));
    },
    readTokens: (text, reading, chunks, learned) =>
      readTokens(text, { reader: readerOf(reading), chunks, width, ...(learned === undefined ? {} : { learned }) }),
    start,
    encodeVectors,
    async load(path, strength = 1) {
      const file = readEmbeddingFile(path);
      const learned = await learnedIn(file);
      if (strength === 1) return learned;
      return floatTensor(learned.shape, atStrength((await start(file)).data, learned.data, strength));
    },
  };

  async function start(embedding: LearnedEmbedding | TokenEmbedding): Promise<FloatTensor> {
    const { text, promptWeights } = startTextOf(embedding);
    const reader = readerOf({ ...PLAIN_READING, promptWeights });
    const [first = await encodeNull()] = text === "" ? [] : await encodeParts(encoder, reader, text, 1);
    return floatTensor([1, tokens, width], first);
  }

  async function encodeVectors(vectors: TokenEmbedding): Promise<FloatTensor> {
    return floatTensor([1, tokens, width], await encodeWords(encoder, vectors));
  }

  async function learnedIn(file: LearnedEmbedding | TokenEmbedding): Promise<FloatTensor> {
    if (file.kind === "tokens") return encodeVectors(file);
    const fingerprint = fingerprintNullText(floatTensor([tokens, width], await encodeNull()));
    const target = { name: pipeline.name, space: pipeline.space, nullText: fingerprint };
    for (const warning of checkEmbeddingFits(file, target)) await warn(warning);
    return file.conditioning;
  }
}

async function encodeParts(
  encoder: PromptEncoder,
  reader: PromptReader,
  text: string,
  most: number,
): Promise<Float32Array[]> {
  const { chunks } = chunkPrompt(text, reader, most);
  const isWeighed = chunks.flat().some(({ weight }) => weight !== 1);
  if (isWeighed && reader.reading.promptWeights === "compel") return weighLikeCompel(encoder, chunks);
  const encoded: Float32Array[] = [];
  for (const chunk of chunks)
    encoded.push(weighByMean(await encodeChunk(encoder, chunk), chunk, encoder.pipeline.width));
  return encoded;
}

/** input_ids int64 [1, tokens] → last_hidden_state [1, tokens, width] */
function textEncoderGraph({ tokens, textEncoder }: Pipeline): Graph {
  const b = new GraphBuilder();
  const { last_hidden_state: hidden } = textEncoder.build(b, { input_ids: b.input("input_ids", "int64", [1, tokens]) });
  if (hidden === undefined) throw new Error("a text encoder has the output last_hidden_state");
  b.output("last_hidden_state", hidden);
  return b.build();
}

/** As `textEncoderGraph`, with attention_mask [1, tokens], word_vectors [1, tokens, width] and is_word_vector [1, tokens, 1] */
function wordEncoderGraph({ tokens, width, textEncoder }: Pipeline): Graph {
  const b = new GraphBuilder();
  const { last_hidden_state: hidden } = textEncoder.build(b, {
    input_ids: b.input("input_ids", "int64", [1, tokens]),
    attention_mask: b.input("attention_mask", "int64", [1, tokens]),
    word_vectors: b.input("word_vectors", "float32", [1, tokens, width]),
    is_word_vector: b.input("is_word_vector", "float32", [1, tokens, 1]),
  });
  if (hidden === undefined) throw new Error("a text encoder has the output last_hidden_state");
  b.output("last_hidden_state", hidden);
  return b.build();
}
