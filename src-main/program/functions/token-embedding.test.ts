import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { z } from "zod";
import type { FloatTensor } from "../../common/tensor.ts";
import { PLAIN_READING } from "../../common/text-reading.ts";
import { Lowering } from "../lowering.ts";
import { emoji, host, infer, open, typed } from "../testing/given-values.ts";
import { relativeError, runGraph } from "../testing/run-lowered.ts";
import { tokenEmbedding } from "./token-embedding.ts";

const folder = mkdtempSync(join(tmpdir(), "token-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Settings = Omit<z.input<typeof tokenEmbedding.settings>, "id">;

function opened(settings: Settings) {
  const value = open(tokenEmbedding, { encoder: { ref: "encoder", pipeline: emoji } }, { id: "p", ...settings });
  if (!("initial" in value)) throw new Error("a token embedding is a parameter");
  return value;
}

/** [1, chunks · tokens, width], of some vectors or those that it begins with */
async function contextOf(settings: Settings, given?: FloatTensor, chunks = 1): Promise<FloatTensor | undefined> {
  const { lower, initial } = opened(settings);
  const lowering = new Lowering({
    batch: 1,
    samplerEntry: () => ({ kind: "given" }),
    chunks: new Map([["encoder", chunks]]),
  });
  const { context } = lower(lowering);
  if (context === undefined) throw new Error("a conditioning has a context");
  lowering.b.output("result", context);
  const { vectors } = await initial();
  const feeds: Record<string, FloatTensor> = {};
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "run") feeds[name] = await feed.tensor();
    const own = given ?? vectors;
    if (feed.rate === "parameter" && own !== undefined) feeds[name] = own;
  }
  return (await runGraph(lowering.b, feeds))["result"];
}

test("without a start it is the empty text, which also fills up longer prompts", async () => {
  const nullText = await host.encodeText(emoji, "", PLAIN_READING, 2);
  expect(relativeError(await contextOf({ count: 5 }, undefined, 2), nullText)).toBeLessThan(1e-5);
});

test("begun with the words of a text, as many as it has vectors, it is that text, other words and weights included", async () => {
  const reading = { promptWeights: "a1111", longPrompts: "cut" } as const;
  const settings = {
    count: 2,
    start: { kind: "text", text: "red apple" },
    text: "a (embedding:negative:1.3) rocket",
  } as const;
  const { vectors } = await opened(settings).initial();
  expect(vectors?.shape).toEqual([2, emoji.width]);
  const words = await host.encodeText(emoji, "a (red apple:1.3) rocket", reading, 1);
  expect(relativeError(await contextOf({ ...settings, reading }), words)).toBeLessThan(1e-5);
});

test("what is saved under either name of tensors is what a text calls by the name of the file, and what another one begins with", async () => {
  const vectors = (await opened({ count: 3, start: { kind: "text", text: "blurry bad red" } }).initial())["vectors"];
  if (vectors === undefined) throw new Error("a token embedding has vectors");
  const changed = { ...vectors, data: vectors.data.map((n, i) => n + 0.01 * Math.sin(i)) };
  for (const naming of ["diffusers", "a1111", "a1111-pt"] as const) {
    const place = join(folder, naming);
    mkdirSync(place);
    const file = join(place, naming === "a1111-pt" ? "learned.pt" : "learned.safetensors");
    const save = await opened({ count: 3, naming }).saver();
    save(
      file,
      { vectors: changed },
      {
        createdWith: "reneg-studio 0",
        parameter: "p",
        program: {},
        rewards: [],
        seed: 0,
        steps: 3,
        guidance: null,
      },
    );
    const text = "blurry, embedding:learned, bad";
    const reading = { ...PLAIN_READING, embeddings: place };
    const used = await host.encodeText(emoji, text, reading, 1);
    const trained = await contextOf({ count: 3, text: "blurry, embedding:negative, bad" }, changed);
    expect(relativeError(trained, used)).toBeLessThan(1e-5);
    const again = await opened({ count: 3, start: { kind: "embedding", file } }).initial();
    expect(again["vectors"]?.data).toEqual(changed.data);
    await expect((async () => opened({ count: 2, start: { kind: "embedding", file } }).initial())()).rejects.toThrow(
      /holds 3 word vectors/,
    );
  }
});

test("texts that leave nothing to train, that do not fit, and Compel's weights are refused", () => {
  const encoder = typed("encoder", "text encoder");
  const faults = (settings: Settings) => infer(tokenEmbedding, { encoder }, { id: "p", ...settings }).faults;
  expect(faults({})).toEqual([]);
  expect(faults({ text: "blurry" })).toEqual(["token-unnamed text"]);
  expect(faults({ reading: { promptWeights: "compel" } })).toEqual(["encoder-trained-compel reading.promptWeights"]);
  expect(() => opened({ count: 75, text: "blurry embedding:negative" })).toThrow(/does not fit into one context/);
});
