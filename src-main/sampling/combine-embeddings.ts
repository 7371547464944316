// One embedding of several: the average of learned ones, word vectors and texts, nearer to the null text or farther from it.

import { basename } from "node:path";
import { type Diagnostic, refuse } from "../common/diagnostic.ts";
import type { CombinationPart } from "../common/embedding-combination.ts";
import type { EmbeddingMetadata, EmbeddingOperation } from "../common/embedding-metadata.ts";
import { atStrength } from "../common/embedding-strength.ts";
import { floatTensor } from "../common/tensor.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import { checkEmbeddingFits, type EmbeddingTarget } from "../embeddings/check-embedding-fits.ts";
import { type LearnedEmbedding, readEmbeddingFile, type TokenEmbedding } from "../embeddings/embedding-file.ts";
import type { EmbeddingToWrite } from "../embeddings/embedding-output.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import type { Pipeline } from "../models/pipeline.ts";
import { checkDrawnTexts } from "./check-texts.ts";
import type { TextEncoder } from "./text-encoder.ts";

export interface Combination {
  readonly parts: readonly CombinationPart[];
  /** 1 leaves the average as it is; 0 is what its parts were learned from, and texts the null text. */
  readonly strength: number;
}

/** Of the pipeline for which it is made. */
export interface EncodingPipeline {
  readonly pipeline: Pipeline;
  readonly encoder: TextEncoder;
}

export interface CombinedEmbedding extends EmbeddingToWrite {
  readonly warnings: readonly Diagnostic[];
}

/**
 * start + strength · (average of the parts − start), where start is the average of what the parts were learned from: of a text, and of
 * files that do not tell, the encoder's answer to the empty text.
 * @param encoding `null` where the files are enough
 * @throws Refusal if a file is damaged, if parts are of different spaces, or if a pipeline is needed and missing
 */
export async function combineEmbeddings(
  { parts, strength }: Combination,
  encoding: EncodingPipeline | null,
): Promise<CombinedEmbedding> {
  const opened = parts.map((part) => ("file" in part ? { ...part, embedding: readEmbeddingFile(part.file) } : part));
  if (encoding === null) refuseWithoutPipeline(opened, strength);
  const nullText = encoding === null ? null : await encode(encoding, "");
  const learned = opened.flatMap((part) =>
    "embedding" in part && part.embedding.kind !== "tokens" ? part.embedding : [],
  );
  const texts = parts.flatMap((part) => ("text" in part ? [part.text] : []));
  const cut = encoding === null ? [] : checkTexts(encoding, texts);
  const warnings = [...checkTogether(learned, encoding, nullText), ...cut];

  const rows: WeighedRow[] = [];
  const starts: WeighedRow[] = [];
  for (const part of opened) {
    rows.push({ values: await valuesOf(part, encoding), weight: part.weight });
    if (encoding !== null && strength !== 1)
      starts.push({ values: await startOf(part, encoding), weight: part.weight });
  }
  const [first] = learned;
  const shape = first?.conditioning.shape ?? [1, encoding?.pipeline.tokens ?? 0, encoding?.pipeline.width ?? 0];
  const conditioning = floatTensor(shape, strengthen(average(rows), starts, strength));
  return { conditioning, metadata: noteOperation(learned, { parts, strength }), warnings };
}

type OpenedPart =
  | { readonly text: string; readonly weight: number }
  | { readonly file: string; readonly weight: number; readonly embedding: LearnedEmbedding | TokenEmbedding };

/** [tokens, width] */
async function valuesOf(part: OpenedPart, encoding: EncodingPipeline | null): Promise<Float32Array> {
  if ("text" in part) return encode(present(encoding), part.text);
  const { embedding, file } = part;
  if (embedding.kind !== "tokens") return embedding.conditioning.data;
  return (await present(encoding).encoder.load(file)).data;
}

/** [tokens, width] */
async function startOf(part: OpenedPart, encoding: EncodingPipeline): Promise<Float32Array> {
  return "text" in part ? encode(encoding, "") : (await encoding.encoder.start(part.embedding)).data;
}

function present(encoding: EncodingPipeline | null): EncodingPipeline {
  if (encoding === null) throw new Error("parts that need a pipeline were refused without one");
  return encoding;
}

/** A text is its letters. @returns [tokens, width] */
async function encode({ encoder }: EncodingPipeline, text: string): Promise<Float32Array> {
  return (await encoder.encode(text, PLAIN_READING, 1)).data;
}

function checkTexts({ pipeline, encoder }: EncodingPipeline, texts: readonly string[]): Diagnostic[] {
  const host: Parameters<typeof checkDrawnTexts>[0] = { readText: (_, ...how) => encoder.read(...how) };
  const reading = { pipeline, reading: PLAIN_READING, chunks: 1, isFixed: true };
  return checkDrawnTexts(host, reading, { what: "text", texts, at: { option: "--text" } });
}

/** All against the pipeline, or all against the one among them that tells most about itself. */
function checkTogether(
  learned: readonly LearnedEmbedding[],
  encoding: EncodingPipeline | null,
  nullText: Float32Array | null,
): readonly Diagnostic[] {
  if (encoding !== null && nullText !== null) {
    const { name, space, tokens, width } = encoding.pipeline;
    const target = { name, space, nullText: fingerprintNullText(floatTensor([tokens, width], nullText)) };
    return learned.flatMap((embedding) => checkEmbeddingFits(embedding, target));
  }
  const model = learned.find(({ metadata }) => metadata !== null) ?? learned[0];
  if (model === undefined) throw new Error("parts without numbers of their own were refused without a pipeline");
  const target = targetOf(model);
  return learned.filter((other) => other !== model).flatMap((other) => checkEmbeddingFits(other, target));
}

function targetOf({ file, space, metadata, conditioning }: LearnedEmbedding): EmbeddingTarget {
  const [, tokens = 0, width = 0] = conditioning.shape;
  const own = space ?? { id: `unknown/${tokens}x${width}`, tokens, width };
  return { name: basename(file), space: own, ...(metadata === null ? {} : { nullText: metadata.nullText }) };
}

interface WeighedRow {
  readonly values: Float32Array;
  readonly weight: number;
}

/** By weights relative to their sum, in double precision. */
function average(rows: readonly WeighedRow[]): Float64Array {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const mean = new Float64Array(rows[0]?.values.length ?? 0);
  for (const { values, weight } of rows) {
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] ?? 0) + (weight / total) * (values[i] ?? 0);
  }
  return mean;
}

/** @param starts of each row; none without a pipeline, where nothing but a strength of 1 is taken */
function strengthen(mean: Float64Array, starts: readonly WeighedRow[], strength: number): Float32Array<ArrayBuffer> {
  if (starts.length === 0 || strength === 1) return Float32Array.from(mean);
  return atStrength(average(starts), mean, strength);
}

/** That of the first learned part, with a note of what was done. A mere change of format is none. */
function noteOperation(
  learned: readonly LearnedEmbedding[],
  { parts, strength }: Combination,
): EmbeddingMetadata | null {
  const metadata = learned.find((embedding) => embedding.metadata !== null)?.metadata ?? null;
  if (metadata === null || (parts.length === 1 && strength === 1)) return metadata;
  const named = parts.map((part) => ("file" in part ? { ...part, file: basename(part.file) } : part));
  const operation: EmbeddingOperation = { kind: "combined", parts: named, strength };
  return { ...metadata, operations: [...(metadata.operations ?? []), operation] };
}

function refuseWithoutPipeline(parts: readonly OpenedPart[], strength: number): void {
  const needs = parts.flatMap((part) => {
    if ("text" in part) return `the text "${part.text}"`;
    return part.embedding.kind === "tokens" ? `the word vectors in ${part.file}` : [];
  });
  if (strength !== 1) needs.push(`a strength of ${strength}`);
  if (needs.length === 0) return;
  refuse({
    code: "pipeline-needed",
    at: { option: "--pipeline" },
    message: `without a pipeline there is no text encoder, which is needed for ${needs.join(" and ")}`,
    help: "give the pipeline that the embedding is for",
    command: "`--pipeline PIPELINE`",
  });
}
