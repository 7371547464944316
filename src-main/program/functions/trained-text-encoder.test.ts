import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { FloatTensor } from "../../common/tensor.ts";
import { PLAIN_READING } from "../../common/text-reading.ts";
import { openPipeline } from "../../models/pipeline.ts";
import type { Origin, ParameterTensors } from "../../parameters/parameter-kind.ts";
import { Lowering } from "../lowering.ts";
import { emoji, host, open } from "../testing/given-values.ts";
import { patternTensor, relativeError, runGraph } from "../testing/run-lowered.ts";
import type { OpenedEncoder } from "../values.ts";
import { encodeText } from "./encode-text.ts";
import { trainedTextEncoder } from "./trained-text-encoder.ts";

const folder = mkdtempSync(join(tmpdir(), "trained-text-encoder-"));
afterAll(() => rmSync(folder, { recursive: true }));

const encoder: OpenedEncoder = { ref: "encoder", pipeline: emoji };
const TEXT = "a red apple";

const origin: Origin = {
  createdWith: "reneg-studio test",
  parameter: "t",
  program: {},
  rewards: [],
  seed: 0,
  steps: 3,
  guidance: null,
};

function learned(layers?: number, of: OpenedEncoder = encoder, ref = "t") {
  const settings = { id: ref, ...(layers === undefined ? {} : { layers }) };
  const value = open(trainedTextEncoder, { encoder: of }, settings, ref);
  if (!("initial" in value)) throw new Error("it is a parameter");
  return value;
}

async function encodeIn(value: OpenedEncoder, tensors: ParameterTensors): Promise<FloatTensor | undefined> {
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "given" }) });
  const { context } = open(encodeText, { encoder: value }, { text: TEXT }).lower(lowering);
  if (context === undefined) throw new Error("a conditioning has a context");
  lowering.b.output("context", context);
  const feeds: Record<string, FloatTensor> = {};
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "run") feeds[name] = await feed.tensor();
    const known = feed.rate === "parameter" ? tensors[feed.tensor] : undefined;
    if (known !== undefined) feeds[name] = known;
  }
  return (await runGraph(lowering.b, feeds))["context"];
}

function moved(tensors: ParameterTensors): ParameterTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data, ...rest }], i) => {
      const offsets = patternTensor(shape, i).data;
      return [name, { ...rest, shape, data: data.map((n, at) => n + 0.1 * (offsets[at] ?? 0)) }];
    }),
  );
}

test("the whole encoder begins as its files have it: what it encodes in the graph is what it encodes outside", async () => {
  const value = learned();
  const initial = await value.initial();
  expect(Object.keys(initial)).toContain("embeddings.token_embedding.weight");
  const outside = await host.encodeText(emoji, TEXT, PLAIN_READING, 1);
  expect(relativeError(await encodeIn(value, initial), outside)).toBeLessThan(1e-5);
});

test("the last layers are trained with the norm behind them, and no more of them than there are", async () => {
  const names = Object.keys(learned(1).shapes);
  expect(names.every((name) => /^(encoder\.layers\.3|final_layer_norm)\./.test(name))).toBe(true);
  expect(names).toHaveLength(16 + 2);
  expect(Object.keys(learned(2).shapes)).toHaveLength(2 * 16 + 2);
  expect(() => learned(5)).toThrow(/has 4 layers, of which the last 5 cannot be taken/);
});

test("two nodes do not train one layer", async () => {
  const twice = learned(2, learned(1), "u");
  await expect(encodeIn(twice, {})).rejects.toThrow(/two parameters are to be this weight/);
});

test.each([undefined, 1])(
  "what is saved of the last %s layers is a folder that is the text encoder of a pipeline",
  async (layers) => {
    const value = learned(layers);
    const changed = moved(await value.initial());
    const place = join(folder, `saved-${layers ?? "all"}`);
    (await value.saver())(place, changed, origin);
    const pipeline = openPipeline("emoji", { textEncoder: place });
    const [inGraph, opened, plain] = [
      await encodeIn(value, changed),
      await host.encodeText(pipeline, TEXT, PLAIN_READING, 1),
      await host.encodeText(emoji, TEXT, PLAIN_READING, 1),
    ];
    expect(relativeError(opened, inGraph)).toBeLessThan(1e-5);
    expect(relativeError(opened, plain)).toBeGreaterThan(0.01);
    expect(pipeline.space.id).not.toBe(emoji.space.id);
    expect(JSON.parse(readFileSync(join(place, "config.json"), "utf8"))).toMatchObject({
      architectures: ["CLIPTextModel"],
      model_type: "clip_text_model",
      torch_dtype: "float32",
      num_hidden_layers: 4,
    });
  },
);

test("a model that is a folder has no single file to be saved into", async () => {
  const settings = { id: "t", form: "checkpoint" } as const;
  const value = open(trainedTextEncoder, { encoder }, settings, "t");
  if (!("initial" in value)) throw new Error("it is a parameter");
  await expect(value.saver()).rejects.toThrow(/there is no single file to put it into/);
});
