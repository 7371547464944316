// Whether onnxruntime's own attention is right on a device: on some drivers it runs without a fault and is off by several hundredths, which no
// error tells. It is tried once a process against the processor's.

import { computesInHalf, type DeviceName } from "../common/device.ts";
import { Refusal } from "../common/diagnostic.ts";
import { elementCount, floatTensor, type FloatTensor, type Shape } from "../common/tensor.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Graph } from "../compiler/graph.ts";
import { encodeModel } from "../compiler/onnx/encode-model.ts";
import { computeInHalf } from "../compiler/passes/compute-in-half.ts";
import { createSession } from "./session.ts";

/** Queries, keys, and the width of a head, of which onnxruntime has kernels of their own. */
const SHAPES = [
  { queries: 256, keys: 256, width: 40 },
  { queries: 256, keys: 77, width: 64 },
  { queries: 100, keys: 100, width: 80 },
  { queries: 64, keys: 77, width: 160 },
];
const HEADS = 8;

/** Of the largest number: what rounding makes of it, several times over. */
const TOLERANCE = { float32: 1e-4, float16: 5e-3 };

const known = new Map<DeviceName, Promise<boolean>>();

export function hasRightAttention(device: DeviceName): Promise<boolean> {
  const found = known.get(device) ?? tryAttention(device);
  known.set(device, found);
  return found;
}

async function tryAttention(device: DeviceName): Promise<boolean> {
  const tolerance = computesInHalf(device) ? TOLERANCE.float16 : TOLERANCE.float32;
  try {
    for (const shape of SHAPES) {
      const [wanted, found] = [await compute("cpu", shape), await compute(device, shape)];
      const largest = wanted.reduce((most, n) => Math.max(most, Math.abs(n)), 0);
      if (!wanted.every((n, i) => Math.abs(n - (found[i] ?? NaN)) <= tolerance * largest)) return false;
    }
    return true;
  } catch (error) {
    // A device may have no such kernel at all.
    if (error instanceof Refusal) return false;
    throw error;
  }
}

type Sizes = (typeof SHAPES)[number];

async function compute(device: DeviceName, sizes: Sizes): Promise<Float32Array> {
  const graph = computesInHalf(device) ? computeInHalf(attention(sizes)) : attention(sizes);
  const model = encodeModel(graph, { locate: (file) => file });
  // Left to the processor it would be right, and slower than without it.
  const session = await createSession(model, { device, stage: "attention", allowCpuFallback: false });
  const feeds = graph.inputs.map(({ name, shape }, i) => [name, waves(shape, i)] as const);
  const { y } = await session.run(Object.fromEntries(feeds));
  await session.release();
  return y?.dtype === "float32" ? y.data : new Float32Array();
}

function attention({ queries, keys, width }: Sizes): Graph {
  const b = new GraphBuilder();
  const input = (name: string, rows: number) => b.input(name, "float32", [1, rows, HEADS * width]);
  const inputs = [input("query", queries), input("key", keys), input("value", keys)] as const;
  b.output("y", b.op("MultiHeadAttention", inputs, { num_heads: HEADS, scale: 1 / Math.sqrt(width) }));
  return b.build();
}

/** Numbers from −1 to 1 without a pattern that a kernel could hit upon by chance. */
function waves(shape: Shape, phase: number): FloatTensor {
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(1 + phase + 0.7 * i + 1e-3 * i * i)),
  );
}
