import { expect, test } from "vitest";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import type { OpName } from "../op-list.ts";
import { sampleGraphs } from "../testing/build-sample.ts";
import { expectSameNumbers } from "../testing/expect-same-numbers.ts";
import { computeInHalf } from "./compute-in-half.ts";
import { optimize } from "./optimize.ts";

test("every operator and its gradient stay what they were but for rounding, with the same inputs and outputs", () => {
  for (const sample of sampleGraphs()) {
    const before = { ...sample, graph: optimize(sample.graph) };
    expectSameNumbers(before, { ...sample, graph: computeInHalf(before.graph) });
  }
});

/** A residual block with attention, and the gradient to its image. */
function network(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, 4, 4, 4]);
  const [scale, bias] = [b.input("scale", "float32", [4]), b.input("bias", "float32", [4])];
  const normalized = b.op("GroupNormalization", [x, scale, bias], { num_groups: 2, epsilon: 1e-5 });
  const kernel = b.input("kernel", "float32", [4, 4, 3, 3]);
  const conv = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };
  const first = b.op("Conv", [b.op("Silu", [normalized], {}), kernel, null], conv);
  const sum = b.add(b.op("Conv", [first, kernel, null], conv), first);
  const rows = b.reshape(sum, [1, 2, 8, 4]);
  const y = b.op("Attention", [rows, rows, rows, null], { scale: 0.5 });
  b.output("y", y);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  return optimize(b.build());
}

function typesOf(graph: Graph, op: OpName): ReadonlySet<string | undefined> {
  return new Set(graph.nodes.filter((node) => node.op === op).map(({ output }) => graph.values.get(output)?.dtype));
}

test("products are computed in half floats, norms, sums and probabilities in float32", () => {
  const graph = computeInHalf(network());
  expect(typesOf(graph, "Conv")).toEqual(new Set(["float16"]));
  for (const op of ["InstanceNormalization", "ReduceSum", "Softmax", "Sqrt", "Div"] as const)
    expect(typesOf(graph, op), op).toEqual(new Set(["float32"]));
});

test("products that norms sum by stay float32", () => {
  const b = new GraphBuilder();
  const [x, y] = [b.input("x", "float32", [8, 1, 4096]), b.input("y", "float32", [8, 4096, 1])];
  b.output("sum", b.matmul(x, y));
  const graph = b.build();
  expect(computeInHalf(graph).nodes.map(({ op }) => op)).toEqual(["MatMul"]);
});

test("what lies between two products is half as well, unless a number there is too large or too small", () => {
  const between = (n: number): readonly OpName[] => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [2, 2]);
    b.output("y", b.matmul(b.add(b.matmul(x, x), b.scalar(n)), x));
    return computeInHalf(b.build()).nodes.map(({ op }) => op);
  };
  expect(between(1)).toEqual(["Cast", "MatMul", "Cast", "Add", "MatMul", "Cast"]);
  for (const n of [1e-6, 1e6, -Infinity])
    expect(between(n), String(n)).toEqual(["Cast", "MatMul", "Cast", "Add", "Cast", "MatMul", "Cast"]);
});

test("weights that are half floats in their file are read as they lie, and others are rounded once", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, 2]);
  const weight = (name: string, dtype: "float16" | "float32", length: number) =>
    b.weight(name, { file: "/m.safetensors", offset: 0, length, dtype, shape: [2, 2] });
  const product = b.matmul(b.matmul(x, weight("half", "float16", 8)), weight("full", "float32", 16));
  b.output("y", b.matmul(product, weight("full", "float32", 16)));
  const casts = computeInHalf(b.build()).nodes.filter(({ op }) => op === "Cast");
  expect(casts.map(({ inputs }) => inputs[0])).toEqual(["x", "full", expect.any(String)]);
});
