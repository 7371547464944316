import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EmbeddingStart } from "../common/embedding-strength.ts";
import { type FloatTensor, floatTensor } from "../common/tensor.ts";
import { PLAIN_READING } from "../common/text-reading.ts";
import { writeEmbedding } from "../embeddings/embedding-file.ts";
import { TOKEN_METADATA } from "../embeddings/embedding-header.ts";
import { fingerprintNullText } from "../models/null-text-fingerprint.ts";
import { openPipeline } from "../models/pipeline.ts";
import { StageSessions } from "../runtime/stage-sessions.ts";
import { writeSafetensors } from "../weights/safetensors.ts";
import { combineEmbeddings } from "./combine-embeddings.ts";
import { openTextEncoder } from "./text-encoder.ts";

const folder = mkdtempSync(join(tmpdir(), "strength-"));
const sessions = new StageSessions("cpu");
afterAll(async () => {
  await sessions.release();
  rmSync(folder, { recursive: true });
});
const pipeline = openPipeline("emoji");
const encoder = openTextEncoder(pipeline, sessions);
const { tokens, width } = pipeline;
const encoded = (text: string): Promise<FloatTensor> => encoder.encode(text, PLAIN_READING, 1);
let nullText: FloatTensor;
beforeAll(async () => (nullText = await encoded("")));

function learnedFrom(name: string, start: EmbeddingStart): { readonly file: string; readonly learned: Float32Array } {
  const file = join(folder, `${name}.safetensors`);
  const learned = Float32Array.from({ length: tokens * width }, (_, i) => Math.sin(i));
  writeEmbedding(file, {
    conditioning: floatTensor([1, tokens, width], learned),
    metadata: {
      formatVersion: 1,
      createdWith: "test",
      base: { name: "emoji", unet: "0" },
      space: pipeline.space,
      nullText: fingerprintNullText(floatTensor([tokens, width], nullText.data)),
      rewards: [],
      seed: 0,
      steps: 1,
      start,
      guidance: 7.5,
    },
  });
  return { file, learned };
}

test.each([
  ["the empty text", { kind: "none" }, ""],
  ["a text", { kind: "text", text: "blurry, low quality", promptWeights: "none" }, "blurry, low quality"],
] as const)("what was learned from %s goes from it, at 0, to itself, at 1, and beyond", async (_, start, text) => {
  const { file, learned } = learnedFrom(start.kind, start);
  const { data: origin } = await encoded(text);
  expect((await encoder.load(file)).data).toEqual(learned);
  expect((await encoder.load(file, 0)).data).toEqual(origin);
  for (const strength of [0.25, 2]) {
    const { data } = await encoder.load(file, strength);
    for (const i of [0, 100, data.length - 1]) {
      const [from = NaN, to = NaN] = [origin[i], learned[i]];
      expect(data[i]).toBeCloseTo(from + strength * (to - from), 5);
    }
  }
  const combined = await combineEmbeddings({ parts: [{ file, weight: 1 }], strength: 0.25 }, { pipeline, encoder });
  expect(combined.conditioning.data).toEqual((await encoder.load(file, 0.25)).data);
});

test("word vectors go from the text that they were learned from to what they do", async () => {
  const file = join(folder, "bad.safetensors");
  const vectors = floatTensor(
    [2, width],
    Float32Array.from({ length: 2 * width }, (_, i) => Math.cos(i)),
  );
  const about = { start: { kind: "text", text: "grim", promptWeights: "none" } };
  writeSafetensors(file, { "<bad>": vectors }, { name: "bad", [TOKEN_METADATA]: JSON.stringify(about) });
  expect((await encoder.load(file, 0)).data).toEqual((await encoded("grim")).data);
  expect((await encoder.load(file, 1)).data).not.toEqual((await encoded("grim")).data);
});

test("an embedding that was learned on from another file says so where a strength is asked for, and only there", async () => {
  const { file, learned } = learnedFrom("on", { kind: "embedding", file: "first.safetensors" });
  expect((await encoder.load(file)).data).toEqual(learned);
  await expect(encoder.load(file, 0.5)).rejects.toThrow(/learned on from first\.safetensors/);
  const whole = await combineEmbeddings({ parts: [{ file, weight: 1 }], strength: 1 }, { pipeline, encoder });
  expect(whole.conditioning.data).toEqual(learned);
});
