import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { z } from "zod";
import { floatTensor, type FloatTensor } from "../../common/tensor.ts";
import type { TextReading } from "../../common/text-reading.ts";
import type { Value } from "../../compiler/graph.ts";
import { readLora } from "../../models/lora/read-lora.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { Lowering } from "../lowering.ts";
import { emoji, givenPrompts, host, infer, open, typed } from "../testing/given-values.ts";
import { patternTensor, relativeError, runGraph } from "../testing/run-lowered.ts";
import type { OpenedEncoder, OpenedPart } from "../values.ts";
import { encode } from "./encode.ts";
import { loadLora, loadTextLora } from "./load-lora.ts";
import { lora, textLora } from "./lora.ts";
import { model } from "./model.ts";

const folder = mkdtempSync(join(tmpdir(), "lora-"));
afterAll(() => rmSync(folder, { recursive: true }));

const plain: OpenedPart = { pipeline: emoji };
const encoder: OpenedEncoder = { ref: "encoder", pipeline: emoji };
const SIZE = { height: 64, width: 64 };
const TARGETS = ["attention", "convolutions", "feed-forward"];

type Settings = Omit<z.input<typeof lora.settings>, "id">;

function learned(settings: Settings = {}) {
  const value = open(lora, { unet: plain }, { id: "u", rank: 2, targets: TARGETS, ...settings }, "u");
  if (!("initial" in value)) throw new Error("a LoRA is a parameter");
  return value;
}

function learnedText(settings: Settings = {}) {
  const value = open(textLora, { encoder }, { id: "t", rank: 2, ...settings }, "t");
  if (!("initial" in value)) throw new Error("a LoRA is a parameter");
  return value;
}

type Floats = Readonly<Record<string, FloatTensor>>;

/** @param values of the parameters, whichever they are of */
async function run(lower: (lowering: Lowering) => Value, values: Floats, chunks = 1, texts = ["a"]) {
  const lowering = new Lowering({
    batch: texts.length,
    samplerEntry: () => ({ kind: "given" }),
    chunks: new Map([
      ["encoder", chunks],
      ["t", chunks],
    ]),
  });
  lowering.b.output("result", lower(lowering));
  const feeds: Record<string, FloatTensor> = {
    x: patternTensor([1, 4, 16, 16]),
    c: patternTensor([1, emoji.tokens, emoji.width], 3),
  };
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "run") feeds[name] = await feed.tensor();
    if (feed.rate === "timestep") feeds[name] = feed.of(0);
    const known = feed.rate === "parameter" ? values[feed.tensor] : undefined;
    if (known !== undefined) feeds[name] = known;
    if (feed.rate !== "prompt") continue;
    const rows = await Promise.all(texts.map((text) => feed.of(text)));
    feeds[name] = floatTensor(
      [texts.length, ...(rows[0]?.shape.slice(1) ?? [])],
      Float32Array.from(rows.flatMap(({ data }) => [...data])),
    );
  }
  const inputs = Object.entries(feeds).filter(([name]) =>
    lowering.b.build().inputs.some((input) => input.name === name),
  );
  return (await runGraph(lowering.b, Object.fromEntries(inputs)))["result"];
}

function predict(unet: OpenedPart) {
  return (lowering: Lowering): Value => {
    const sample = lowering.b.input("x", "float32", [1, 4, 16, 16]);
    const context = lowering.b.input("c", "float32", [1, emoji.tokens, emoji.width]);
    const point = { sampler: "s", offset: 0, sample, timestepOf: () => 300 };
    return open(model, { unet }, { size: SIZE }).predict(lowering, point, { context });
  };
}

test("a LoRA that has learned nothing changes nothing, and begins as layers do, by its seed", async () => {
  const { initial } = learned();
  const start = await initial();
  expect(relativeError(await run(predict(learned()), start), await run(predict(plain), {}))).toBeLessThan(1e-6);
  for (const [name, { shape, data }] of Object.entries(start)) {
    const isUp = name.endsWith(".up");
    const bound = isUp ? 0 : 1 / Math.sqrt(data.length / (shape[0] ?? NaN));
    const largest = data.reduce((most, n) => Math.max(most, Math.abs(n)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    if (!isUp) expect(largest).toBeGreaterThan(0.9 * bound);
  }
  expect(await learned().initial()).toEqual(start);
  expect(await learned({ seed: 1 }).initial()).not.toEqual(start);
});

test("what is saved does the same when it is loaded, at its own alpha, and is gone on from at another", async () => {
  const { initial, saver } = learned({ alpha: 3 });
  const values = Object.fromEntries(
    Object.entries(await initial()).map(([name, { shape, data }], i) => [
      name,
      floatTensor(
        shape,
        data.map((n, j) => n + 0.05 * Math.sin(3 * i + 7 * j)),
      ),
    ]),
  );
  const origin = { createdWith: "", parameter: "u", program: {}, rewards: [], seed: 0, steps: 0, guidance: null };
  const file = join(folder, "saved.safetensors");
  (await saver())(file, values, origin);
  const trained = await run(predict(learned({ alpha: 3 })), values);
  const loaded = await run(predict(open(loadLora, { unet: plain }, { file }, "l")), {});
  expect(relativeError(loaded, trained)).toBeLessThan(1e-5);
  expect(relativeError(loaded, await run(predict(plain), {}))).toBeGreaterThan(0.01);
  const again = learned({ alpha: 1, start: file });
  expect(relativeError(await run(predict(again), await again.initial()), trained)).toBeLessThan(1e-5);
  await expect((async () => learned({ rank: 4, start: file }).initial())()).rejects.toThrow(/has the rank 2/);
  await expect((async () => learned({ targets: ["attention"], start: file }).initial())()).rejects.toThrow(
    /is not to be trained/,
  );
});

test.each<[string, TextReading, number]>([
  ["plainly", { longPrompts: "cut", promptWeights: "none" }, 1],
  ["in chunks", { longPrompts: "chunks", promptWeights: "none" }, 2],
  ["with weights and word vectors", { longPrompts: "cut", promptWeights: "a1111", embeddings: folder }, 1],
])("in the graph a text encoder encodes the prompts of a batch as it does outside: %s", async (_, reading, chunks) => {
  writeSafetensors(join(folder, "word.safetensors"), { emb_params: patternTensor([2, emoji.width]) });
  const named = reading.embeddings === undefined ? "" : ", embedding:word";
  const texts = [`a (red apple:1.2)${named}`, "rocket ".repeat(90)];
  const reader = learnedText();
  const { lower } = open(encode, { encoder: reader, prompts: givenPrompts("prompts") }, reading);
  const result = await run(
    (lowering) => lower(lowering)["context"] ?? lowering.b.scalar(NaN),
    await reader.initial(),
    chunks,
    texts,
  );
  const rows = [];
  for (const text of texts) rows.push(...(await host.encodeText(emoji, text, reading, chunks)).data);
  const expected = floatTensor([2, chunks * emoji.tokens, emoji.width], Float32Array.from(rows));
  // Means of the webui's weights are near 0, and float32 rounds them.
  expect(relativeError(result, expected)).toBeLessThan(reading.promptWeights === "none" ? 1e-5 : 1e-3);
});

test("Compel's weights are refused where the text encoder is trained", () => {
  const { lower } = open(encode, { encoder: learnedText(), prompts: givenPrompts("p") }, { promptWeights: "compel" });
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "given" }) });
  expect(() => lower(lowering)).toThrow(/Compel's weights of words cannot be trained through/);
});

test("a file that changes one of the networks leaves the other as it is", async () => {
  const file = join(folder, "unet-only.safetensors");
  const { initial, saver } = learned();
  const origin = { createdWith: "", parameter: "u", program: {}, rewards: [], seed: 0, steps: 0, guidance: null };
  (await saver())(file, await initial(), origin);
  expect(readLora(file, emoji).changes["text encoder"].size).toBe(0);
  expect(open(loadTextLora, { encoder }, { file }, "l").pipeline).toBe(emoji);
  expect(open(loadLora, { unet: plain }, { file }, "l").adapt).toBeDefined();
});

test("an adapted part can be trained, and one with a LoRA from a file cannot, whatever is learned below", () => {
  const unet = typed("unet", "unet", { space: emoji.space });
  expect(infer(lora, { unet }, { id: "u" }).facts.state).toBe("trainable");
  const adapted = typed("u", "unet", { space: emoji.space, state: "trainable" });
  const { facts } = infer(loadLora, { unet: adapted }, { file: "a.safetensors" });
  expect(facts).toEqual({ space: emoji.space, state: "fixed" });
});

test("a LoRA from a file over one that is learned is no parameter, and a video's network draws as it was published", async () => {
  const { published } = host.videoModel("emoji:video", {});
  const video = { pipeline: emoji, published };
  const origin = { createdWith: "", parameter: "u", program: {}, rewards: [], seed: 0, steps: 0, guidance: null };
  for (const [name, { initial, saver }] of Object.entries({ unet: learned(), text: learnedText() })) {
    const file = join(folder, `over-${name}.safetensors`);
    (await saver())(file, await initial(), origin);
    expect(open(loadLora, { unet: learned() }, { file }, "l")).not.toHaveProperty("initial");
    expect(open(loadLora, { unet: video }, { file }, "l").published).toBe(published);
  }
});
