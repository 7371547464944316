// LoRA and word vectors on the embedded pipeline against diffusers and PEFT: pictures, and the gradients of everything that is learned.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { floatTensor, type FloatTensor } from "../../src-main/common/tensor.ts";
import { PLAIN_READING } from "../../src-main/common/text-reading.ts";
import { appendGradient } from "../../src-main/compiler/gradient.ts";
import type { Value } from "../../src-main/compiler/graph.ts";
import { mergeLoras } from "../../src-main/engine/handlers/merge-loras.ts";
import { readLora } from "../../src-main/models/lora/read-lora.ts";
import { openPipeline } from "../../src-main/models/pipeline.ts";
import { saveTextEncoder } from "../../src-main/parameters/testing/save-text-encoder.ts";
import { encode } from "../../src-main/program/functions/encode.ts";
import { lora, textLora } from "../../src-main/program/functions/lora.ts";
import { model } from "../../src-main/program/functions/model.ts";
import { tokenEmbedding } from "../../src-main/program/functions/token-embedding.ts";
import { Lowering } from "../../src-main/program/lowering.ts";
import { emoji, givenPrompts, open } from "../../src-main/program/testing/given-values.ts";
import { runGraph } from "../../src-main/program/testing/run-lowered.ts";
import type { OpenedEncoder, OpenedParameter, Tensors } from "../../src-main/program/values.ts";
import { StageSessions } from "../../src-main/runtime/stage-sessions.ts";
import { openImageDrawer } from "../../src-main/sampling/draw-images.ts";
import { imageOf, imagesProgram } from "../../src-main/sampling/image-program.ts";
import { openRun } from "../../src-main/sampling/open-run.ts";
import { readSafetensorsHeader, readTensors } from "../../src-main/weights/safetensors.ts";
import { maximalDifference, relativeError } from "./compare.ts";
import { drawFromNoise, drawWithAdapters } from "./draw-with-adapters.ts";

const FOLDER = join(import.meta.dirname, "fixtures", "adapters");
const FILES = ["lora-diffusers.safetensors", "lora-kohya.safetensors"];
const DIFFUSERS = join(FOLDER, "lora-diffusers.safetensors");
const EXPECTED = join(FOLDER, "expected.safetensors");
/** Of pixels in 0…1; of gradients max abs(a − b) / max abs(b). */
const LIMIT = 1e-4;

const fixture = readTensors(EXPECTED);
const settings = z
  .object({
    rank: z.int(),
    alpha: z.number(),
    strength: z.number(),
    prompt: z.string(),
    steps: z.int(),
    guidance: z.number(),
    timestep: z.number(),
    negative: z.string(),
  })
  .parse(JSON.parse(readSafetensorsHeader(EXPECTED).metadata["settings"] ?? ""));

function expected(name: string): FloatTensor {
  const found = fixture[name];
  if (found?.dtype !== "float32") throw new Error(`the fixture has no float32 tensor ${name}`);
  return found;
}

const sessions = new StageSessions("cpu");
const made = mkdtempSync(join(tmpdir(), "adapters-"));
afterAll(async () => {
  await sessions.release();
  rmSync(made, { recursive: true });
});

const { strength, prompt, steps, guidance } = settings;
const drawing = { noise: expected("noise").data, prompt, steps, guidance };

test("without a LoRA the picture is that of diffusers", async () => {
  const image = await drawWithAdapters(drawing, sessions);
  expect(maximalDifference(image, expected("image.plain").data)).toBeLessThan(LIMIT);
});

test.each(FILES)("with a LoRA of UNet and text encoder the picture is that of diffusers: %s", async (name) => {
  const loras = [{ file: join(FOLDER, name), strength }];
  const image = await drawWithAdapters({ ...drawing, loras }, sessions);
  expect(maximalDifference(image, expected("image.lora").data)).toBeLessThan(LIMIT);
  expect(maximalDifference(image, expected("image.plain").data)).toBeGreaterThan(0.1);
});

test("a text encoder that is applied in place of the model's own draws what diffusers draws with it", async () => {
  const folder = join(made, "text-encoder");
  // By the rule of make_adapter_fixtures.py.
  const changed = ["encoder.layers.3.mlp.fc2.weight", "final_layer_norm.bias"];
  await saveTextEncoder(folder, emoji, (tensor) => (changed.includes(tensor) ? (i) => 0.05 * Math.sin(i) : undefined));
  const program = imagesProgram({
    model: { path: "emoji", draws: "pictures" },
    reading: PLAIN_READING,
    prompts: [prompt],
    images: { applied: { negative: { kind: "none" }, learned: { kind: "text encoder", path: folder } } },
    guidance,
    sampling: { scheduler: "ddim", steps },
    at: {},
  });
  const run = await openRun(program, { device: "cpu", sessions });
  const image = await drawFromNoise(openImageDrawer(run, imageOf("applied"), 1), drawing);
  const wanted = readTensors(join(FOLDER, "text-encoder.safetensors"))["image"];
  if (wanted?.dtype !== "float32") throw new Error("the fixture has no image");
  expect(maximalDifference(image, wanted.data)).toBeLessThan(LIMIT);
  expect(maximalDifference(wanted.data, expected("image.plain").data)).toBeGreaterThan(0.1);
});

test("two halves of a strength, one after the other, are the whole", async () => {
  const loras = FILES.map((name) => ({ file: join(FOLDER, name), strength: strength / 2 }));
  const image = await drawWithAdapters({ ...drawing, loras }, sessions);
  expect(maximalDifference(image, expected("image.lora").data)).toBeLessThan(LIMIT);
});

test.each(["kohya", "diffusers"] as const)(
  "two LoRA merged into one draw what diffusers draws with two adapters: %s",
  async (naming) => {
    const out = join(made, `merged-${naming}.safetensors`);
    const files = [DIFFUSERS, join(FOLDER, "lora-second.safetensors")];
    const parts = files.map((file, i) => ({ file, strength: [0.8, -0.6][i] ?? NaN }));
    await mergeLoras({ parts, pipeline: "emoji", naming, out }, { signal: new AbortController().signal });
    // Diffusers reads one rank for all layers rightly, whatever the names.
    const downs = Object.entries(readTensors(out)).filter(([name]) => /lora[._](down|A)/.test(name));
    expect(new Set(downs.map(([, { shape }]) => shape[0]))).toEqual(new Set([3]));
    const image = await drawWithAdapters({ ...drawing, loras: [{ file: out, strength: 1 }] }, sessions);
    const both = readTensors(join(FOLDER, "two-loras.safetensors"))["image"];
    if (both?.dtype !== "float32") throw new Error("the fixture has no image");
    expect(maximalDifference(image, both.data)).toBeLessThan(LIMIT);
    expect(maximalDifference(both.data, expected("image.lora").data)).toBeGreaterThan(0.05);
  },
);

test("PEFT's names and config say the same of the UNet as those of diffusers", () => {
  const pipeline = openPipeline("emoji");
  const [peft, diffusers] = [readLora(join(FOLDER, "lora-peft"), pipeline), readLora(DIFFUSERS, pipeline)];
  const facts = (file: typeof peft) =>
    [...file.changes.unet].map(([name, { scale, down, up }]) => [name, scale, down.shape, up.shape]);
  const sorted = (file: typeof peft) =>
    facts(file).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  expect(sorted(peft)).toEqual(sorted(diffusers));
  expect(peft.changes["text encoder"].size).toBe(0);
  expect([...diffusers.changes.unet.values()].every(({ scale }) => scale === settings.alpha / settings.rank)).toBe(
    true,
  );
});

/** Of Σ ε(x, t, context) · cotangent to every tensor of some parameters, by `PARAMETER TENSOR`. */
async function gradients(
  parameters: readonly OpenedParameter[],
  values: Readonly<Record<string, Readonly<Record<string, FloatTensor>>>>,
  predict: (lowering: Lowering, sample: Value) => Value,
): Promise<Readonly<Record<string, Float32Array>>> {
  const lowering = new Lowering({ batch: 1, samplerEntry: () => ({ kind: "given" }) });
  const { b } = lowering;
  const [sample, cotangent] = [b.input("x", "float32", [1, 4, 16, 16]), b.input("ct", "float32", [1, 4, 16, 16])];
  const value = predict(lowering, sample);
  const targets = parameters.flatMap(({ ref, tensors }) =>
    Object.entries(tensors(lowering)).map(([tensor, target]) => ({ name: `${ref} ${tensor}`, target })),
  );
  const found = appendGradient(
    b,
    [{ value, cotangent }],
    targets.map(({ target }) => target),
  );
  for (const [i, { name, target }] of targets.entries()) b.output(name, found[i] ?? b.zeros(target));
  const feeds: Record<string, FloatTensor> = { x: expected("noise"), ct: expected("cotangent") };
  for (const [name, feed] of lowering.feeds) {
    if (feed.rate === "run") feeds[name] = await feed.tensor();
    if (feed.rate === "prompt") feeds[name] = await feed.of(settings.prompt);
    if (feed.rate === "timestep") feeds[name] = feed.of(0);
    const known = feed.rate === "parameter" ? values[feed.parameter]?.[feed.tensor] : undefined;
    if (known !== undefined) feeds[name] = known;
  }
  const results = await runGraph(b, feeds);
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data]));
}

const SIZE = { height: 64, width: 64 };
const plainEncoder: OpenedEncoder = { ref: "encoder", pipeline: emoji };

function predictWith(unet: Parameters<typeof open>[1], conditioning: (lowering: Lowering) => Tensors) {
  const opened = open(model, unet as { unet: { pipeline: typeof emoji } }, { size: SIZE });
  return (lowering: Lowering, sample: Value): Value =>
    opened.predict(
      lowering,
      { sampler: "sampler", offset: 0, sample, timestepOf: () => settings.timestep },
      conditioning(lowering),
    );
}

test("the gradients of both factors of every layer, of UNet and text encoder, are PyTorch's", async () => {
  const { rank, alpha } = settings;
  const targets = (part: "unet" | "text encoder") =>
    [...readLora(DIFFUSERS, emoji).changes[part].keys()].map((name) => name.replace(/\.weight$/, ""));
  const common = { rank, alpha, start: DIFFUSERS };
  const adapted = open(lora, { unet: { pipeline: emoji } }, { ...common, id: "u", targets: targets("unet") }, "unet");
  const reader = open(
    textLora,
    { encoder: plainEncoder },
    { ...common, id: "t", targets: targets("text encoder") },
    "text encoder",
  );
  if (!("initial" in adapted) || !("initial" in reader)) throw new Error("LoRA are parameters");
  const { lower } = open(encode, { encoder: reader, prompts: givenPrompts("prompts") }, {});
  const values = { unet: await adapted.initial(), "text encoder": await reader.initial() };
  const found = await gradients([adapted, reader], values, predictWith({ unet: adapted }, lower));
  const wanted = Object.keys(fixture).filter((name) => /^gradient\.(unet|text encoder)\./.test(name));
  expect(wanted).toHaveLength(Object.keys(found).length);
  const differences = wanted.map((name) => {
    const [, part = "", tensor = ""] = /^gradient\.(unet|text encoder)\.(.*)$/.exec(name) ?? [];
    return relativeError(found[`${part} ${tensor}`] ?? floatTensor([0], []).data, expected(name).data);
  });
  expect(Math.max(...differences)).toBeLessThan(LIMIT);
});

test("the gradient of word vectors through the text encoder is PyTorch's", async () => {
  const vectors = expected("vectors");
  const [count = 0] = vectors.shape;
  const words = open(
    tokenEmbedding,
    { encoder: plainEncoder },
    { id: "w", name: "tested", count, text: settings.negative },
    "words",
  );
  if (!("initial" in words)) throw new Error("word vectors are parameters");
  const predict = predictWith({ unet: { pipeline: emoji } }, words.lower);
  const found = await gradients([words], { words: { vectors } }, predict);
  const gradient = found["words vectors"] ?? new Float32Array();
  expect(relativeError(gradient, expected("gradient.vectors").data)).toBeLessThan(LIMIT);
});
