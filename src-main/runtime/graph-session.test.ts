import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { floatTensor, type Tensor } from "../common/tensor.ts";
import { appendGradient } from "../compiler/gradient.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import { readSafetensorsHeader, writeSafetensors } from "../weights/safetensors.ts";
import { createGraphSession } from "./graph-session.ts";

const WIDTH = 2048;
const LAYERS = 10; // 160 MiB of float32

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

// The kernel tells file pages from others only on Linux.
test.runIf(process.platform === "linux")("weights forwards and backwards stay pages of their file", async () => {
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
