import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { byteCount, elementCount, floatTensor, type Tensor } from "../common/tensor.ts";
import { appendGradient } from "../compiler/gradient.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph, Value } from "../compiler/graph.ts";
import { opRule } from "../compiler/ops/index.ts";
import { normalNoise } from "../diffusion/noise.ts";
import { readSafetensorsHeader, writeSafetensors } from "../weights/safetensors.ts";
import { createGraphSession, createPreparedSession, prepareGraph } from "./graph-session.ts";
import { watchAnonymousMemory } from "./testing/watch-memory.ts";

const WIDTH = 2048;
const LAYERS = 10; // 160 MiB of float32
const ONLY_LINUX = "no other kernel tells file pages from others";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-session-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Anonymous memory of this process in MiB: pages that are not of a file. */
function anonymousMemory(): number {
  const line = /RssAnon:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return Number(line?.[1]) / 1024;
}

function writeLayers(): string {
  const file = join(folder, "model.safetensors");
  const layer = floatTensor([WIDTH, WIDTH], new Float32Array(WIDTH * WIDTH).fill(1e-3));
  const layers = Array.from({ length: LAYERS }, (_, i): [string, Tensor] => [`layer.${i}`, layer]);
  writeSafetensors(file, Object.fromEntries(layers));
  return file;
}

function deepGraph(file: string): Graph {
  const { tensors } = readSafetensorsHeader(file);
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, WIDTH]);
  let y = x;
  for (const [name, location] of tensors) {
    y = b.op("Tanh", [b.op("Gemm", [y, b.weight(name, location), null], { transA: 0, transB: 1 })], {});
  }
  b.output("y", y);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", [1, WIDTH]) }], [x]);
  if (gradient) b.output("gradient", gradient);
  return b.build();
}

test("weights forwards and backwards stay pages of their file", async ({ skip }) => {
  skip(process.platform !== "linux", ONLY_LINUX);
  const graph = deepGraph(writeLayers());
  const before = anonymousMemory();
  const session = await createGraphSession(graph, { device: "cpu", stage: "test" });
  const ones = floatTensor([1, WIDTH], new Float32Array(WIDTH).fill(1));
  const { y, gradient } = await session.run({ x: ones, ct: ones });
  expect(y?.shape).toEqual([1, WIDTH]);
  expect(gradient?.shape).toEqual([1, WIDTH]);
  // One layer is 16 MiB; a copy of the weights would be 160.
  expect(anonymousMemory() - before).toBeLessThan(40);
  await session.release();
});

test("kernels that are larger than their images stay pages of their file on the way back", async ({ skip }) => {
  skip(process.platform !== "linux", ONLY_LINUX);
  const file = join(folder, "kernels.safetensors");
  const [shape, layers] = [[1024, 1024, 3, 3], 2] as const; // 36 MiB each
  const kernel = floatTensor(shape, new Float32Array(elementCount(shape)).fill(1e-3));
  writeSafetensors(file, Object.fromEntries(Array.from({ length: layers }, (_, i) => [`kernel.${i}`, kernel])));
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, 1024, 4, 4]);
  const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };
  const y = [...readSafetensorsHeader(file).tensors].reduce(
    (value, [name, location]) => b.op("Tanh", [b.op("Conv", [value, b.weight(name, location), null], conv)], {}),
    x,
  );
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  const prepared = prepareGraph(b.build(), "cpu");
  expect(prepared.memory.folded).toBe(0);
  const before = anonymousMemory();
  const session = await createPreparedSession(prepared, { device: "cpu", stage: "test" });
  await session.run(feedsOf(prepared.graph));
  expect(anonymousMemory() - before).toBeLessThan(30);
  await session.release();
});

/** Convolution, normalisation and attention over large tensors, with the gradient to the input. */
function wideGraph(): Graph {
  const b = new GraphBuilder();
  const [size, channels] = [256, 128]; // 32 MiB of float32 for each tensor
  const x = b.input("x", "float32", [1, channels, size, size]);
  const vector = (name: string): Value => b.input(name, "float32", [channels]);
  const norm = b.op("GroupNormalization", [x, vector("scale"), vector("bias")], { num_groups: 32, epsilon: 1e-5 });
  const kernel = b.input("kernel", "float32", [16, channels, 3, 3]);
  const conv = { strides: [2, 2], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };
  const small = b.op("Conv", [b.op("Silu", [norm], {}), kernel, null], conv);
  const tokens = b.slice(b.reshape(small, [1, 4, 16384, 4]), 2, 0, 2048); // 64 MiB of probabilities
  const attended = b.op("Attention", [tokens, tokens, tokens, null], { scale: 0.5, maxProbabilities: 2 ** 22 });
  const seed = { value: attended, cotangent: b.input("ct", "float32", attended.shape) };
  const [gradient] = appendGradient(b, [seed], [x]);
  b.output("gradient", gradient ?? x);
  return b.build();
}

/** Any numbers. */
function feedsOf({ inputs }: Graph): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, shape }) => {
      const numbers = new Float32Array(elementCount(shape)).map((_, i) => Math.sin(i));
      return [name, floatTensor(shape, numbers)];
    }),
  );
}

// Memory is looked at every few milliseconds, which can miss the peak while other work holds the processor.
test("the memory of a run is foreseen within 15 %", { retry: 2 }, async ({ skip }) => {
  skip(process.platform !== "linux", ONLY_LINUX);
  const prepared = prepareGraph(wideGraph(), "cpu");
  const session = await createPreparedSession(prepared, { device: "cpu", stage: "test", lean: true });
  const feeds = feedsOf(prepared.graph);
  const inputs = prepared.graph.inputs.reduce((sum, input) => sum + byteCount(input), 0);
  const peak = await watchAnonymousMemory(() => session.run(feeds));
  const foreseen = prepared.memory.activations - inputs; // they are there before the run
  expect(Math.abs(peak - foreseen) / foreseen, `${peak} measured, ${foreseen} foreseen`).toBeLessThan(0.15);
  await session.release();
});

test.each([true, false])("a second run takes no memory beside that of the first (lean: %s)", async (lean) => {
  const { graph, memory } = prepareGraph(wideGraph(), "cpu");
  const session = await createPreparedSession({ graph, lean, memory }, { device: "cpu", stage: "test" });
  const feeds = feedsOf(graph);
  await session.run(feeds);
  const first = process.resourceUsage().maxRSS;
  await session.run(feeds);
  const grown = 1024 * (process.resourceUsage().maxRSS - first);
  expect(grown / memory.activations, `${grown} more, ${memory.activations} foreseen`).toBeLessThan(0.2);
  await session.release();
});

test("what has few weights is run lean, too, where its results are large, as a part cut from a large network", () => {
  const halved = (size: number): boolean => {
    const b = new GraphBuilder();
    b.output("half", b.scale(b.input("x", "float32", [1, 256, size, size]), 0.5));
    return prepareGraph(b.build(), "cpu").lean;
  };
  expect([halved(128), halved(256)]).toEqual([false, true]);
});

test("kernels that are turned round as they are read give the same bits as those that onnxruntime turns", async () => {
  const file = join(folder, "kernels.safetensors");
  const kernels = [
    [6, 4, 3, 3],
    [5, 6, 1, 1],
  ] as const;
  const numbers = (shape: readonly number[]) =>
    floatTensor(
      shape,
      new Float32Array(elementCount(shape)).map((_, i) => Math.sin(i)),
    );
  writeSafetensors(file, Object.fromEntries(kernels.map((shape, i) => [`kernel.${i}`, numbers(shape)])));
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, 4, 8, 8]);
  let y = x;
  for (const [name, location] of readSafetensorsHeader(file).tensors) {
    const side = location.shape.at(-1) ?? 1;
    const pad = (side - 1) / 2;
    const same = { strides: [1, 1], pads: [pad, pad, pad, pad], dilations: [1, 1], group: 1 };
    y = b.op("Tanh", [b.op("Conv", [y, b.weight(name, location), null], same)], {});
  }
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  const prepared = prepareGraph(b.build(), "cpu");
  const feeds = feedsOf(prepared.graph);
  const results = [];
  for (const lean of [true, false]) {
    const session = await createPreparedSession(
      { graph: prepared.graph, lean, memory: prepared.memory },
      // The same order of sums in both.
      { device: "cpu", stage: "test", lean: true, threads: 1 },
    );
    for (let run = 0; run < 2; run++) results.push((await session.run(feeds))["gradient"]);
    await session.release();
  }
  expect(results[0]?.data.some((value) => value !== 0)).toBe(true);
  for (const result of results) expect(result).toEqual(results[0]);
});

test("convolutions of large networks are those of the plain algorithm within 1e-4, and so are their gradients", async () => {
  const file = join(folder, "large.safetensors");
  const kernel = [512, 512, 3, 3] as const;
  const numbers = new Float32Array(elementCount(kernel)).map((_, i) => Math.sin(i * i) / 48);
  const layers = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}`, floatTensor(kernel, numbers)]));
  writeSafetensors(file, layers);
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, 512, 46, 45]);
  const same = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };
  let y = x;
  for (const [name, location] of readSafetensorsHeader(file).tensors) {
    y = b.op("Tanh", [b.op("Conv", [y, b.weight(name, location), null], same)], {});
  }
  b.output("y", y);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  const graph = b.build();
  const results = [];
  for (const prepared of [prepareGraph(graph, "cpu"), prepareGraph(graph, "cuda")]) {
    const session = await createPreparedSession(prepared, { device: "cpu", stage: "test" });
    results.push(await session.run(feedsOf(graph)));
    await session.release();
  }
  const [fast, plain] = results;
  for (const name of ["y", "gradient"]) {
    const [found, expected] = [fast, plain].map((outputs) => Array.from(outputs?.[name]?.data ?? [], Number));
    const largest = (expected ?? []).reduce((most, n) => Math.max(most, Math.abs(n)), 0);
    const error = (expected ?? []).reduce((most, n, i) => Math.max(most, Math.abs(n - (found?.[i] ?? NaN))), 0);
    expect(largest).toBeGreaterThan(0.01);
    expect(error).toBeGreaterThan(0); // Otherwise the plain algorithm ran twice.
    expect(error / largest, name).toBeLessThan(1e-4);
  }
});

test("a large network has onnxruntime's own operators on the CPU, with the results of those that they stand for, and on no other device", async () => {
  const file = join(folder, "projections.safetensors");
  const shape = [4096, 4096] as const; // 64 MiB
  const numbers = new Float32Array(elementCount(shape)).map((_, i) => Math.sin(i * i) / 32);
  writeSafetensors(file, { weight: floatTensor(shape, numbers) });
  const b = new GraphBuilder();
  const [location] = readSafetensorsHeader(file).tensors.values();
  if (location === undefined) throw new Error("there is a weight");
  const weight = b.weight("weight", location);
  const x = b.input("x", "float32", [48, 4096]);
  const heads = (of: Value): Value => b.transpose(b.reshape(of, [1, 48, 64, 64]), [0, 2, 1, 3]);
  const projected = b.op("Gemm", [x, weight, null], { transA: 0, transB: 1 });
  const attended = b.op("Attention", [heads(projected), heads(b.neg(projected)), heads(x), null], { scale: 0.125 });
  const gated = b.op("Silu", [b.op("QuickGelu", [attended], { alpha: 1.702 })], {});
  b.output("y", b.matmul(attended, b.transpose(gated, [0, 1, 3, 2])));
  const graph = b.build();
  const [fused, plain] = [prepareGraph(graph, "cpu"), prepareGraph(graph, "webgpu")];
  const own = (of: Graph): string[] => of.nodes.map(({ op }) => op).filter((op) => opRule(op).domain !== undefined);
  expect(own(fused.graph)).toEqual(["MultiHeadAttention", "QuickGelu", "QuickGelu", "FusedMatMul"]);
  expect(own(plain.graph)).toEqual([]);
  const results = [];
  for (const prepared of [fused, plain]) {
    const session = await createPreparedSession(prepared, { device: "cpu", stage: "test" });
    results.push((await session.run(feedsOf(graph)))["y"]?.data ?? []);
    await session.release();
  }
  const [found, expected] = results.map((data) => Array.from(data, Number));
  const largest = (expected ?? []).reduce((most, n) => Math.max(most, Math.abs(n)), 0);
  const error = (expected ?? []).reduce((most, n, i) => Math.max(most, Math.abs(n - (found?.[i] ?? NaN))), 0);
  expect(largest).toBeGreaterThan(0.1);
  expect(error / largest).toBeLessThan(1e-5);
});

test("the gradient of a norm over a million elements is that of what it gives, though onnxruntime's own sums lose digits there", async () => {
  const shape = [1, 1, 1024, 1024];
  const b = new GraphBuilder();
  const [x, ct] = [b.input("x", "float32", shape), b.input("ct", "float32", shape)];
  const [one, zero] = [
    b.constant("float32", [1], new Float64Array([1])),
    b.constant("float32", [1], new Float64Array(1)),
  ];
  const y = b.op("GroupNormalization", [x, one, zero], { num_groups: 1, epsilon: 1e-6 });
  const [gradient] = appendGradient(b, [{ value: y, cotangent: ct }], [x]);
  if (gradient) b.output("gradient", gradient);
  b.output("y", y);
  const session = await createGraphSession(b.build(), { device: "cpu", stage: "test" });
  const count = elementCount(shape);
  const xs = normalNoise({ seed: 1, path: [0] }, count).map((n) => 2 * n + 0.5);
  const cts = normalNoise({ seed: 1, path: [1] }, count);
  const found = await session.run({ x: floatTensor(shape, xs), ct: floatTensor(shape, cts) });
  await session.release();
  const mean = (numbers: (i: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += numbers(i);
    return sum / count;
  };
  const [xMean, ctMean] = [mean((i) => xs[i] ?? NaN), mean((i) => cts[i] ?? NaN)];
  const deviation = Math.sqrt(mean((i) => ((xs[i] ?? NaN) - xMean) ** 2) + 1e-6);
  const normalized = (i: number): number => ((xs[i] ?? NaN) - xMean) / deviation;
  const along = mean((i) => (cts[i] ?? NaN) * normalized(i));
  const expected = (i: number): number => ((cts[i] ?? NaN) - ctMean - normalized(i) * along) / deviation;
  /** By what factor a result is larger than it should be. */
  const factor = (result: Tensor | undefined, exact: (i: number) => number): number =>
    mean((i) => Number(result?.data[i]) * exact(i)) / mean((i) => exact(i) ** 2);
  expect(Math.abs(factor(found["gradient"], expected) - factor(found["y"], normalized))).toBeLessThan(1e-6);
});
