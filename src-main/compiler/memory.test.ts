import { expect, test } from "vitest";
import { appendGradient } from "./gradient.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Value } from "./graph.ts";
import { estimateMemory, weightBytes } from "./memory.ts";
import { optimize } from "./passes/optimize.ts";
import { reshapeWeights } from "./passes/reshape-weights.ts";

const SHAPE = [1, 8, 16, 16];
const BYTES = 8 * 16 * 16 * 4;
const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };

/** How many pieces of memory, each as large as the input, the results take. */
function piecesOf(build: (b: GraphBuilder, x: Value) => Value): number {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", SHAPE);
  b.output("y", b.mean(build(b, x), [0, 1, 2, 3]));
  const pieces = estimateMemory(optimize(b.build())).activations / BYTES - 1;
  // The output is a single number.
  return Math.floor(pieces);
}

function kernel(b: GraphBuilder): Value {
  const shape = [8, 8, 3, 3];
  return b.weight("kernel", { file: "/model", offset: 0, length: 4 * 8 * 8 * 9, dtype: "float32", shape });
}

test("a sigmoid is written over what it is taken of", () => {
  expect(piecesOf((b, x) => b.sigmoid(b.exp(x)))).toBe(1);
});

test("a chain of other operators goes to and fro between two pieces", () => {
  expect(piecesOf((b, x) => b.exp(b.neg(b.exp(b.neg(x)))))).toBe(2);
});

test("what is needed later is not written over", () => {
  expect(
    piecesOf((b, x) => {
      const y = b.exp(x);
      return b.mul(b.sigmoid(y), y);
    }),
  ).toBe(3);
});

test("Reshape needs no memory of its own", () => {
  expect(piecesOf((b, x) => b.reshape(b.reshape(b.exp(b.reshape(x, [2048])), [64, 32]), SHAPE))).toBe(1);
});

test("a convolution reads one piece and writes another", () => {
  expect(piecesOf((b, x) => b.op("Conv", [b.exp(x), kernel(b), null], conv))).toBe(2);
});

test("a weight that is read by two shapes takes the bytes of its file once", () => {
  const b = new GraphBuilder();
  const place = { file: "/model", offset: 64, length: 24, dtype: "float32" } as const;
  const weight = b.weight("bias", { ...place, shape: [6] });
  b.output("flat", b.add(weight, b.input("x", "float32", [6])));
  b.output("rows", b.add(b.reshape(weight, [2, 3]), b.input("y", "float32", [2, 3])));
  b.output("other", b.add(b.weight("other", { ...place, offset: 88, shape: [6] }), b.value("x")));
  const graph = reshapeWeights(b.build());
  const { mapped } = estimateMemory(graph);
  expect(mapped).toHaveLength(3);
  expect(weightBytes(mapped)).toBe(48);
  expect(weightBytes(graph.weights.values())).toBe(48);
});

test("weights stay in their file, and the kernel that is turned round to go backwards is a copy", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", SHAPE);
  const y = b.op("Tanh", [b.op("Conv", [x, kernel(b), null], conv)], {});
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", SHAPE) }], [x]);
  b.output("gradient", gradient ?? x);
  const { mapped, folded, loading } = estimateMemory(optimize(b.build()));
  expect(mapped.map(({ length }) => length)).toEqual([2304]);
  expect(folded).toBe(2304);
  expect(loading).toBe(2304); // turned and transposed in one reading
});
