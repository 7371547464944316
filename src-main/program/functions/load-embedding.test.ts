import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { joinArrays } from "../../common/join-arrays.ts";
import type { FloatTensor } from "../../common/tensor.ts";
import { PLAIN_READING } from "../../common/text-reading.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { Lowering } from "../lowering.ts";
import { emoji, host, infer, open, typed } from "../testing/given-values.ts";
import { patternTensor } from "../testing/run-lowered.ts";
import { loadEmbedding } from "./load-embedding.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-load-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const { tokens, width } = emoji;
const encoder = { ref: "encoder", pipeline: emoji };

test("an embedding is what its file holds, and the null text fills up longer prompts", async () => {
  const file = join(folder, "learned.safetensors");
  const learned = patternTensor([1, tokens, width]);
  writeSafetensors(file, { conditioning: learned });
  const { lower } = open(loadEmbedding, { encoder }, { file });
  const lowering = new Lowering({
    batch: 2,
    samplerEntry: () => ({ kind: "given" }),
    chunks: new Map([["encoder", 2]]),
  });
  const { context } = lower(lowering);
  expect(context?.shape).toEqual([1, 2 * tokens, width]);
  const tensors: FloatTensor[] = [];
  for (const feed of lowering.feeds.values()) if (feed.rate === "run") tensors.push(await feed.tensor());
  expect(tensors).toHaveLength(1);
  const nullText = await host.encodeText(emoji, "", PLAIN_READING, 1);
  expect(tensors[0]?.data).toEqual(joinArrays([learned.data, nullText.data]));
});

test("an embedding of another width is refused when it is read", async () => {
  const file = join(folder, "other.safetensors");
  writeSafetensors(file, { conditioning: patternTensor([1, 77, 768]) });
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "given" }) });
  open(loadEmbedding, { encoder }, { file }).lower(lowering);
  const [feed] = lowering.feeds.values();
  if (feed?.rate !== "run") throw new Error("an embedding is the same for a whole run");
  await expect((async () => feed.tensor())()).rejects.toThrow(/but emoji uses/);
});

test("it is known as fixed, and of the encoder's space", () => {
  const facts = infer(
    loadEmbedding,
    { encoder: typed("encoder", "text encoder", { space: emoji.space }) },
    { file: "a.safetensors" },
  );
  expect(facts).toEqual({ facts: { encoder: "encoder", space: emoji.space, state: "fixed" }, faults: [] });
});
