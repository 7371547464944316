import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataLocation, TensorProto_DataType as Onnx } from "onnx-buf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOnnxModels, writeOnnxModel } from "../../bench/parity/check-onnx.ts";
import { relativeError } from "../../bench/parity/compare.ts";
import type { Diagnostic } from "../common/diagnostic.ts";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { refusalOf } from "../common/testing/refusal-of.ts";
import { appendGradient } from "../compiler/gradient.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph, Value } from "../compiler/graph.ts";
import { createGraphSession } from "../runtime/graph-session.ts";
import { openNetwork } from "./networks.ts";
import { openOnnxNetwork } from "./onnx-network.ts";
import { sinusoidOf } from "./unet/timestep-embedding.ts";

const folder = mkdtempSync(join(tmpdir(), "reneg-onnx-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an exported UNet", () => {
  const pipeline = join(folder, "pipeline");
  beforeAll(() => {
    const model = readOnnxModels().find(({ name }) => name === "onnx-unet-torchscript-17");
    if (model === undefined) throw new Error("no such fixture");
    writeOnnxModel(model, pipeline);
  });
  const sample = numbers(2, 4, 8, 6);
  const text = numbers(2, 5, 32);

  test("takes its timestep as a scalar or with axes, of any type of numbers", async () => {
    const expected = await run({ sample, encoder_hidden_states: text, timestep: wholeNumber([], 7) });
    for (const timestep of [wholeNumber([1], 7), wholeNumber([1, 1], 7), floatTensor([], [7])]) {
      expect(await run({ sample, encoder_hidden_states: text, timestep })).toEqual(expected);
    }
  });

  test("takes the sinusoid in place of the timestep", async () => {
    const expected = await run({ sample, encoder_hidden_states: text, timestep: wholeNumber([], 321) });
    const sinusoid = floatTensor([1, 32], sinusoidOf(321, { width: 32, flip: true, shift: 0 }));
    const actual = await run({ sample, encoder_hidden_states: text, timestep_sinusoid: sinusoid });
    // Up to the rounding of 321 times a frequency.
    expect(relativeError(actual, expected)).toBeLessThan(1e-5);
  });

  test("reads one text for the whole batch, whose gradient is the sum of those of the copies", async () => {
    const timestep = wholeNumber([], 7);
    const one = floatTensor([1, 5, 32], text.data.slice(0, 160));
    const both = floatTensor([2, 5, 32], Float32Array.of(...one.data, ...one.data));
    const forOne = await runWithGradient({ sample, timestep, encoder_hidden_states: one });
    const forBoth = await runWithGradient({ sample, timestep, encoder_hidden_states: both });
    expect(relativeError(forOne.output, forBoth.output)).toBeLessThan(1e-6);
    const summed = forOne.gradient.map((_, i) => (forBoth.gradient[i] ?? NaN) + (forBoth.gradient[i + 160] ?? NaN));
    expect(relativeError(forOne.gradient, summed)).toBeLessThan(1e-5);
  });

  test("takes no LoRA, since its weights have lost their names", () => {
    const b = new GraphBuilder();
    const build = () => openNetwork(pipeline, "unet").build(b, {}, { layer: (_, layer) => layer });
    expect(build).toThrow(/ONNX export, whose weights no longer have the names/);
  });

  test("is built twice in one graph over the same weights", () => {
    const b = new GraphBuilder();
    const network = openNetwork(pipeline, "unet");
    const inputs = declare(b, { sample, encoder_hidden_states: text, timestep: wholeNumber([], 7) });
    network.build(b, inputs);
    const { size } = b.build().weights;
    network.build(b, inputs);
    expect(b.build().weights.size).toBe(size);
  });

  test("refuses inputs that it does not have, that are missing, and that do not fit", () => {
    const timestep = wholeNumber([], 7);
    expect(refusal({ sample, timestep })).toMatchObject({
      code: "onnx-input",
      at: { part: "encoder_hidden_states" },
      message: "the model needs this input, which nothing gives",
    });
    expect(refusal({ sample, timestep, encoder_hidden_states: text, attention_mask: text }).message).toBe(
      "the model has no such input: it has sample, timestep, encoder_hidden_states",
    );
    expect(refusal({ sample: numbers(2, 5, 8, 8), timestep, encoder_hidden_states: text }).message).toBe(
      "the model takes [batch_size, 4, height, width], but is given float32[2, 5, 8, 8]",
    );
    expect(refusal({ sample, timestep, encoder_hidden_states: numbers(3, 5, 32) }).message).toBe(
      "the model takes [batch_size, sequence_length, 32], but is given float32[3, 5, 32]",
    );
  });

  async function run(feeds: Readonly<Record<string, Tensor>>): Promise<Float32Array> {
    return (await runGraph(build(feeds).b.build(), feeds))["out_sample"] ?? new Float32Array();
  }

  async function runWithGradient(feeds: Readonly<Record<string, Tensor>>) {
    const { b, inputs, output } = build(feeds);
    const signs = b.constant("float32", output.shape, [...numbers(...output.shape).data].map(Math.sign));
    const { encoder_hidden_states: target } = inputs;
    if (target === undefined) throw new Error("no text was given");
    const [gradient] = appendGradient(b, [{ value: output, cotangent: signs }], [target]);
    b.output("gradient", gradient ?? b.zeros(target));
    const results = await runGraph(b.build(), feeds);
    return { output: results["out_sample"] ?? new Float32Array(), gradient: results["gradient"] ?? new Float32Array() };
  }

  function build(feeds: Readonly<Record<string, Tensor>>) {
    const b = new GraphBuilder();
    const inputs = declare(b, feeds);
    const { out_sample: output } = openNetwork(pipeline, "unet").build(b, inputs);
    if (output === undefined) throw new Error("the UNet has no out_sample");
    b.output("out_sample", output);
    return { b, inputs, output };
  }

  function refusal(feeds: Readonly<Record<string, Tensor>>) {
    return faultOf(() => build(feeds));
  }
});

describe("weights", () => {
  const data = numbers(8, 8).data;

  test("that lie inside the model are byte ranges of it", async () => {
    const file = writeLinear("inside", { rawData: bytesOf(data) });
    const { weights } = openOnnxNetwork(file, "unet");
    const { offset = 0, length = 0 } = weights.get("w") ?? {};
    expect(weights.get("w")).toMatchObject({ file, dtype: "float32", shape: [8, 8] });
    expect(new Uint8Array(readFileSync(file)).slice(offset, offset + length)).toEqual(bytesOf(data));
    await expectLinear(file);
  });

  test("in half precision are computed with in float32", async () => {
    const half = new Uint8Array(new Float16Array(data).buffer);
    await expectLinear(writeLinear("half", { rawData: half, dataType: Onnx.FLOAT16 }), 1e-3);
  });

  test("beside the model are found there, also behind the links of a download cache", async () => {
    const stored = join(folder, "blobs");
    mkdirSync(stored);
    writeFileSync(join(stored, "4f"), bytesOf(data));
    const file = writeLinear("beside", external("model.onnx_data"));
    symlinkSync(join(stored, "4f"), join(folder, "beside", "model.onnx_data"));
    await expectLinear(file);
  });

  test("outside the folder of the model are refused", () => {
    writeFileSync(join(folder, "secret"), bytesOf(data));
    for (const location of ["../secret", "a/../../secret", "/etc/passwd", "..\\secret", "C:secret", ""]) {
      const file = writeLinear("outside", external(location));
      expect(
        faultOf(() => openOnnxNetwork(file, "unet")),
        location,
      ).toMatchObject({
        code: "onnx-outside-folder",
        at: { file, part: location },
      });
    }
  });

  test("that are missing or cut off are refused", () => {
    const file = writeLinear("cut", external("model.onnx_data"));
    const stored = join(folder, "cut", "model.onnx_data");
    expect(faultOf(() => openOnnxNetwork(file, "unet"))).toMatchObject({
      code: "onnx-data-missing",
      at: { file: stored },
    });
    writeFileSync(stored, bytesOf(data));
    truncateSync(stored, 100);
    expect(faultOf(() => openOnnxNetwork(file, "unet"))).toMatchObject({
      code: "onnx-data-short",
      message: "the file has 100 bytes, but the model needs 256",
    });
  });

  test("cannot be read from a web page saved as model.onnx", () => {
    const file = join(folder, "page.onnx");
    writeFileSync(file, "<!DOCTYPE html><html></html>");
    expect(faultOf(() => openOnnxNetwork(file, "unet")).message).toContain("this is a web page");
  });

  function external(location: string) {
    const entries = { location, offset: "0", length: "256" };
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    return { dataLocation: TensorProto_DataLocation.EXTERNAL, externalData };
  }

  async function expectLinear(file: string, limit = 1e-6): Promise<void> {
    const b = new GraphBuilder();
    const x = numbers(3, 8);
    const { y } = openOnnxNetwork(file, "unet").build(b, declare(b, { x }));
    if (y === undefined) throw new Error("the model has no y");
    b.output("y", y);
    const { y: actual = new Float32Array() } = await runGraph(b.build(), { x });
    const expected = Array.from({ length: 24 }, (_, i) =>
      Array.from({ length: 8 }, (__, k) => (x.data[8 * Math.floor(i / 8) + k] ?? NaN) * (data[8 * k + (i % 8)] ?? NaN)),
    ).map((products) => products.reduce((sum, n) => sum + n, 0));
    expect(relativeError(actual, expected)).toBeLessThan(limit);
  }
});

/** y = x·w, x [rows, 8] with free rows; `w` says where the weights are. */
function writeLinear(name: string, w: object): string {
  const inside = join(folder, name);
  mkdirSync(inside, { recursive: true });
  const dim = [
    { value: { case: "dimParam" as const, value: "rows" } },
    { value: { case: "dimValue" as const, value: 8n } },
  ];
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: {
      name: "linear",
      input: [{ name: "x", type: { value: { case: "tensorType", value: { elemType: Onnx.FLOAT, shape: { dim } } } } }],
      initializer: [{ name: "w", dims: [8n, 8n], dataType: Onnx.FLOAT, ...w }],
      node: [{ opType: "MatMul", input: ["x", "w"], output: ["y"] }],
      output: [{ name: "y" }],
    },
  });
  writeFileSync(join(inside, "model.onnx"), toBinary(ModelProtoSchema, model));
  return join(inside, "model.onnx");
}

function declare(b: GraphBuilder, feeds: Readonly<Record<string, Tensor>>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape }]) => [name, b.input(name, dtype, shape)]),
  );
}

async function runGraph(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Float32Array>> {
  const session = await createGraphSession(graph, { device: "cpu", stage: "test" });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Float32Array.from(data, Number)]));
}

function faultOf(action: () => unknown): Diagnostic {
  const [first] = refusalOf(action).diagnostics;
  return first ?? expect.unreachable("a refusal says nothing");
}

/** Irrational multiples between −1 and 1. */
function numbers(...shape: number[]) {
  const count = shape.reduce((product, size) => product * size, 1);
  return floatTensor(
    shape,
    Array.from({ length: count }, (_, i) => (((i + 1) * 0.6180339887498949) % 1) * 2 - 1),
  );
}

function wholeNumber(shape: readonly number[], n: number): Tensor {
  return { dtype: "int64", shape, data: BigInt64Array.of(BigInt(n)) };
}

function bytesOf(data: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(data).buffer);
}
