import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { PLAIN_READING } from "../common/text-reading.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { readWordVectors } from "../models/clip/word-vectors.ts";
import { openPipeline } from "../models/pipeline.ts";
import { createClipTokenizer } from "../models/tokenizer/clip-tokenizer.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { contextAt, openLearnedPlaces, withoutPlaces } from "./learned-places.ts";
import { nearestWords } from "./nearest-words.ts";
import { openTextEncoder } from "./text-encoder.ts";

const folder = mkdtempSync(join(tmpdir(), "nearest-"));
const sessions = new StageSessions("cpu");
afterAll(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});
const pipeline = openPipeline("emoji");
const encoder = openTextEncoder(pipeline, sessions);
const file = join(folder, "negative.safetensors");
const told: number[] = [];
const options = { count: 3, words: 40, onProgress: async (done: number) => void told.push(done) };

test("a state that a word would leave is nearest to that word wherever it changes anything", async () => {
  const conditioning = await encoder.encode("red", PLAIN_READING, 1);
  writeEmbedding(file, { conditioning, metadata: null });
  const places = await openLearnedPlaces(file, pipeline, encoder);
  const { kind, places: found } = await nearestWords(places, pipeline, encoder, { ...options, words: 10_000 });
  expect(kind).toBe("conditioning");
  expect(found).toHaveLength(pipeline.tokens);
  // The begin mark is the same whatever comes behind it.
  expect(found[0]).toEqual({ place: 0, change: 0, words: [] });
  for (const { words } of found.slice(1, 5)) {
    expect(words[0]?.word).toBe("red");
    expect(words[0]?.cosine).toBeCloseTo(1, 5);
  }
  expect(told.at(-1)).toBeGreaterThan(100);
});

test("a word vector is nearest to the token whose it is, and takes its start's place where it is taken back", async () => {
  const tokenizer = createClipTokenizer(pipeline.tokenizer);
  const ids = tokenizer.words("red apple").flatMap(({ ids: own }) => own);
  writeSafetensors(file, { "<bad>": readWordVectors(pipeline, ids) });
  const places = await openLearnedPlaces(file, pipeline, encoder);
  const { kind, places: found } = await nearestWords(places, pipeline, encoder, options);
  expect(kind).toBe("tokens");
  expect(found[0]?.words[0]).toMatchObject({ word: "red", cosine: expect.closeTo(1, 5) });
  expect(found[0]?.words).toHaveLength(3);
  const { width } = pipeline;
  const without = withoutPlaces(places, 0, 0);
  expect(without.subarray(0, width)).toEqual(places.start.data.subarray(0, width));
  expect(without.subarray(width)).toEqual(places.learned.data.subarray(width));
  expect(await contextAt(places, 1)).toEqual(await encoder.load(file));
});
