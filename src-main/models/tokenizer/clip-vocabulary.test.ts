import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { fixtureFile } from "../../../bench/parity/manifest.ts";
import { createClipTokenizer } from "./clip-tokenizer.ts";
import { CLIP_VOCABULARY_SIZE, readClipVocabulary } from "./clip-vocabulary.ts";

const tokenizer = createClipTokenizer(readClipVocabulary("end"));

test("the vocabulary has the size of CLIP's, and every token once", () => {
  const { ids, ranks } = readClipVocabulary("end");
  expect([ids.size, ranks.size]).toEqual([CLIP_VOCABULARY_SIZE, 48894]);
  expect([ids.get("!"), ids.get("!</w>"), ids.get("<|startoftext|>"), ids.get("<|endoftext|>")]).toEqual([
    0, 256, 49406, 49407,
  ]);
});

test("texts get the ids that transformers gives with the same vocabulary", () => {
  const { texts } = z
    .object({ texts: z.array(z.string()) })
    .parse(JSON.parse(readFileSync(fixtureFile("clip-tokenizer.json"), "utf8")));
  const expected = z
    .array(z.array(z.int()))
    .parse(JSON.parse(readFileSync(fixtureFile("clip-vocabulary.json"), "utf8")));
  expect(expected.length).toBe(texts.length);
  const different = texts.filter((text, i) => {
    const { ids, attentionMask } = tokenizer.encode(text);
    return ids.slice(0, attentionMask.filter((mark) => mark === 1).length).join() !== expected[i]?.join();
  });
  expect(different).toEqual([]);
});

test("Stable Diffusion 1.x is padded with the end mark, 2.x with zeros", () => {
  const text = "a photo of a cat";
  const start = [49406, 320, 1125, 539, 320, 2368, 49407];
  expect(tokenizer.encode(text).ids).toEqual([...start, ...Array<number>(70).fill(49407)]);
  const zeros = createClipTokenizer(readClipVocabulary("zero"));
  expect(zeros.encode(text).ids).toEqual([...start, ...Array<number>(70).fill(0)]);
});
