import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddingMetadata } from "../common/embedding-metadata.ts";
import { floatTensor, type FloatTensor } from "../common/tensor.ts";
import { refusalOfWork } from "../common/testing/refusal-of.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import { readEmbedding, writeEmbedding } from "../embeddings/embedding-file.ts";
import { sampleConditioning, sampleMetadata } from "../embeddings/testing/sample-embedding.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import { openPipeline } from "../models/pipeline.ts";
import { writePipeline } from "../models/testing/write-pipeline.ts";
import { createClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { readTensorAt } from "../weights/read-tensor.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { combineEmbeddings, type EncodingPipeline } from "./combine-embeddings.ts";
import { openTextEncoder } from "./text-encoder.ts";

const root = mkdtempSync(join(tmpdir(), "combine-"));
const sessions = new StageSessions("cpu");
let encoding: EncodingPipeline;
let nullText: Float32Array;
const a = join(root, "a.safetensors");
const b = join(root, "b.safetensors");
const words = join(root, "words.safetensors");

beforeAll(async () => {
  writePipeline(join(root, "small-sd"));
  const pipeline = openPipeline(join(root, "small-sd"));
  encoding = { pipeline, encoder: openTextEncoder(pipeline, sessions) };
  nullText = await encodeText("");
  writeEmbedding(a, { conditioning: sampleConditioning(encoding.pipeline.space), metadata: metadata() });
  writeEmbedding(b, { conditioning: sampleConditioning(encoding.pipeline.space, 1), metadata: metadata() });
  writeSafetensors(words, { emb_params: vectorsOf("cab") });
});
afterAll(async () => {
  await sessions.release();
  rmSync(root, { recursive: true });
});

/** [tokens, width] */
async function encodeText(text: string): Promise<Float32Array> {
  return (await encoding.encoder.encode(text, PLAIN_READING, 1)).data;
}

function metadata(): EmbeddingMetadata {
  const { space, tokens, width } = encoding.pipeline;
  return { ...sampleMetadata(space), nullText: fingerprintNullText(floatTensor([tokens, width], nullText)) };
}

/** The encoder's own vectors for the letters of a word: [letters, width]. */
function vectorsOf(text: string): FloatTensor {
  const { pipeline } = encoding;
  const tokenizer = createClipTokenizer(pipeline.tokenizer);
  const location = pipeline.textEncoder.weights.get("embeddings.token_embedding.weight");
  if (location === undefined) throw new Error("a text encoder has a table of its tokens");
  const table = readTensorAt(location);
  const ids = tokenizer.encode(text).ids.slice(1, 1 + tokenizer.encode(text).tokenCount);
  const rows = ids.flatMap((id) =>
    Array.from(table.data.slice(id * pipeline.width, (id + 1) * pipeline.width), Number),
  );
  return floatTensor([ids.length, pipeline.width], rows);
}

const codeOfWork = async (work: () => unknown) => (await refusalOfWork(work))?.diagnostics[0]?.code;

test("one part at strength 1 is kept to the bit, with its metadata", async () => {
  const {
    conditioning,
    metadata: kept,
    warnings,
  } = await combineEmbeddings({ parts: [{ file: a, weight: 3 }], strength: 1 }, null);
  expect(conditioning).toEqual(readEmbedding(a).conditioning);
  expect(kept).toEqual(metadata());
  expect(warnings).toEqual([]);
});

test("embeddings are averaged by weight, and the operation is noted after those before it", async () => {
  const parts = [
    { file: a, weight: 3 },
    { file: b, weight: 1 },
  ];
  const once = await combineEmbeddings({ parts, strength: 1 }, null);
  const [first, second] = [readEmbedding(a).conditioning.data, readEmbedding(b).conditioning.data];
  const expected = first.map((value, i) => Math.fround((3 * value + (second[i] ?? 0)) / 4));
  expect(distance(once.conditioning.data, expected)).toBeLessThan(1e-7);
  const file = join(root, "once.safetensors");
  writeEmbedding(file, once);
  const twice = await combineEmbeddings({ parts: [{ file, weight: 1 }], strength: 2 }, encoding);
  expect(twice.metadata?.operations).toEqual([
    { kind: "combined", parts: [{ file: "a.safetensors", weight: 3 }, { file: "b.safetensors", weight: 1 }], strength: 1 }, // prettier-ignore
    { kind: "combined", parts: [{ file: "once.safetensors", weight: 1 }], strength: 2 },
  ]);
});

test("strength goes from the null text to the embedding and beyond", async () => {
  const at = async (strength: number) =>
    (await combineEmbeddings({ parts: [{ file: a, weight: 1 }], strength }, encoding)).conditioning.data;
  const own = readEmbedding(a).conditioning.data;
  expect(distance(await at(0), nullText)).toBe(0);
  expect(distance(await at(1), own)).toBe(0);
  const twice = own.map((value, i) => 2 * value - (nullText[i] ?? 0));
  expect(distance(await at(2), twice)).toBeLessThan(1e-6);
});

test("a handwritten text is one more part", async () => {
  const parts = [
    { file: a, weight: 1 },
    { text: "bad art", weight: 1 },
  ];
  const { conditioning, metadata: kept } = await combineEmbeddings({ parts, strength: 1 }, encoding);
  const text = await encodeText("bad art");
  const expected = readEmbedding(a).conditioning.data.map((value, i) => (value + (text[i] ?? 0)) / 2);
  expect(distance(conditioning.data, expected)).toBeLessThan(1e-6);
  expect(kept?.operations?.[0]?.parts).toContainEqual({ text: "bad art", weight: 1 });
});

test("word vectors that are those of words act as these words", async () => {
  const { data: embedding } = await encoding.encoder.load(words);
  expect(distance(embedding, await encodeText("cab"))).toBe(0);
  expect(distance(embedding, nullText)).toBeGreaterThan(0.01);
  const { conditioning } = await combineEmbeddings({ parts: [{ file: words, weight: 1 }], strength: 1 }, encoding);
  expect(conditioning).toEqual(floatTensor([1, 77, encoding.pipeline.width], embedding));
});

test("word vectors of another width, or more than a text has room for, are refused", async () => {
  const { width } = encoding.pipeline;
  const load = async (count: number, size: number) => {
    const file = join(root, "other.safetensors");
    writeSafetensors(file, { emb_params: floatTensor([count, size], new Float32Array(count * size)) });
    return codeOfWork(() => encoding.encoder.load(file));
  };
  expect(await load(2, width + 1)).toBe("embedding-width");
  expect(await load(76, width)).toBe("embedding-tokens");
  expect(await load(75, width)).toBeUndefined();
});

test("what needs a text encoder is refused without a pipeline", async () => {
  const needing = [
    { parts: [{ text: "bad art", weight: 1 }], strength: 1 },
    { parts: [{ file: words, weight: 1 }], strength: 1 },
    { parts: [{ file: a, weight: 1 }], strength: 0.5 },
  ];
  for (const input of needing) expect(await codeOfWork(() => combineEmbeddings(input, null))).toBe("pipeline-needed");
});

test("embeddings of different spaces are not combined", async () => {
  const other = join(root, "other-space.safetensors");
  const space = { id: "clip-text-8x2/0123456789ab", tokens: 77, width: 8 };
  writeEmbedding(other, { conditioning: sampleConditioning(space), metadata: sampleMetadata(space) });
  const parts = [a, other].map((file) => ({ file, weight: 1 }));
  expect(await codeOfWork(() => combineEmbeddings({ parts, strength: 1 }, null))).toBe("embedding-width");
  expect(await codeOfWork(() => combineEmbeddings({ parts, strength: 1 }, encoding))).toBe("embedding-width");
});

/** The largest difference. */
function distance(left: Float32Array, right: Float32Array): number {
  expect(left.length).toBe(right.length);
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? NaN))), 0);
}
