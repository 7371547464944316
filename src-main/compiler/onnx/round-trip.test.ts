import { describe, expect, test } from "vitest";
import { Refusal } from "../../common/diagnostic.ts";
import { evaluateGraph } from "../evaluate-graph.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import { opRule } from "../ops/index.ts";
import { expandMacros } from "../passes/expand-macros.ts";
import { optimize } from "../passes/optimize.ts";
import { rewrite } from "../passes/rewrite.ts";
import { printGraph } from "../print-graph.ts";
import { sampleGraphs } from "../testing/build-sample.ts";
import { verifyGraph } from "../verify-graph.ts";
import { decodeModel } from "./decode-model.ts";
import { encodeModel } from "./encode-model.ts";
import { packNumbers, unpackNumbers } from "./pack-numbers.ts";

const FOLDER = "/models/";
const encode = (graph: Graph): Uint8Array => encodeModel(graph, { locate: (file) => file.replace(FOLDER, "") });
const decode = (bytes: Uint8Array): Graph =>
  decodeModel(bytes, { file: "model.onnx", resolve: (location) => `${FOLDER}${location}` });

describe("what is written and read again is the same graph", () => {
  // What is onnxruntime's own is written for its CPU, and read from nobody's files.
  const samples = sampleGraphs().filter(({ op }) => opRule(op).domain === undefined);
  for (const { name, graph } of samples) test(name, () => expectSameAgain(expandMacros(graph)));

  test("with optional inputs left out", () => {
    const b = new GraphBuilder();
    const [x, w, bias] = [
      b.input("x", "float32", [4, 4]),
      b.input("w", "float32", [4, 4]),
      b.input("bias", "float32", [4]),
    ];
    const without = b.op("Gemm", [x, w, null], { transA: 0, transB: 1 });
    b.output("y", b.op("Gemm", [without, w, bias], { transA: 1, transB: 0 }));
    expectSameAgain(b.build());
  });

  test("with weights that stay in their files, of which half floats are cast", () => {
    const again = decode(encode(weighted()));
    expectSameAgain(weighted());
    expect(again.weights).toEqual(weighted().weights);
  });

  test("with constants of every element type", () => {
    const b = new GraphBuilder();
    for (const dtype of [
      "float64",
      "float32",
      "float16",
      "bfloat16",
      "int64",
      "int32",
      "int16",
      "int8",
      "uint8",
    ] as const) {
      b.output(dtype, b.cast(b.constant(dtype, [3], [0, 1, 100]), dtype === "float32" ? "float64" : "float32"));
    }
    b.output("bool", b.cast(b.constant("bool", [2], [0, 1]), "float32"));
    expectSameAgain(b.build());
  });

  test("with infinite attributes and the largest int64, which ONNX writes for `to the end`", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float32", [5]);
    const tail = b.op("Slice", [x], { starts: [2], ends: [2 ** 63], axes: [0], steps: [1] });
    b.output("y", b.op("Clip", [tail], { min: 0.1, max: Infinity }));
    expectSameAgain(b.build());
  });
});

test("an output may have the name of a value inside, of another output's value or of an input that it is", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2]);
  const [first, second] = [b.mul(x, b.constant("float32", [2], [2, 3])), b.exp(x)];
  b.output("c0", first);
  b.output(first.name, second);
  b.output("again", second);
  b.output("x", x);
  const again = decode(encode(b.build()));
  expect(verifyGraph(again)).toEqual([]);
  const results = evaluateGraph(again, { x: Float64Array.of(1, 2) });
  expect([...results].map(([name, { data }]) => [name, ...data])).toEqual([
    ["c0", 2, 6],
    [first.name, Math.E, Math.exp(2)],
    ["again", Math.E, Math.exp(2)],
    ["x", 1, 2],
  ]);
});

test("half floats are rounded to nearest, ties to even, and the largest int64 stays it", () => {
  const through = (dtype: "float16" | "bfloat16" | "int64", ...numbers: number[]): number[] => [
    ...unpackNumbers(dtype, packNumbers(dtype, Float64Array.from(numbers))),
  ];
  // 1 + 2⁻⁸ lies between the bfloat16 numbers 1 and 1 + 2⁻⁷; 1 + 3·2⁻⁸ between 1 + 2⁻⁷ and 1 + 2⁻⁶.
  expect(through("bfloat16", 1 + 2 ** -8, 1 + 3 * 2 ** -8, -0.1, 1e39)).toEqual([
    1,
    1 + 2 ** -6,
    -0.10009765625,
    Infinity,
  ]);
  expect(through("float16", 1 + 2 ** -11, 1 + 3 * 2 ** -11, 65504, 1e6)).toEqual([1, 1 + 2 ** -9, 65504, Infinity]);
  expect(packNumbers("int64", Float64Array.of(2 ** 63, -1))).toEqual(
    new Uint8Array(BigInt64Array.of(2n ** 63n - 1n, -1n).buffer),
  );
});

test("a damaged model is refused or read as a sound graph", () => {
  const models = [weighted(), ...sampleGraphs().map(({ graph }) => optimize(graph))].map(encode);
  const random = generator(20241219);
  const codes = new Set<string>();
  for (let round = 0; round < 3000; round++) {
    const model = models[random(models.length)];
    if (model === undefined) throw new Error("there are models");
    try {
      expect(verifyGraph(decode(damage(model, random)))).toEqual([]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      for (const { code } of error.diagnostics) codes.add(code);
    }
  }
  // That the damage reaches every layer, not the protobuf alone.
  expect([...codes]).toEqual(
    expect.arrayContaining([
      "onnx-unreadable",
      "onnx-operator",
      "onnx-attribute",
      "onnx-shape",
      "onnx-order",
      "onnx-tensor",
    ]),
  );
});

function expectSameAgain(graph: Graph): void {
  const again = decode(encode(graph));
  expect(verifyGraph(again)).toEqual([]);
  expect(printGraph(withoutIdentity(again))).toBe(printGraph(withoutIdentity(graph)));
}

/** Writing copies an input that is an output, and a value that is two. */
function withoutIdentity(graph: Graph): Graph {
  return rewrite(graph, (_, { op }, [x]) => (op === "Identity" ? (x ?? null) : null));
}

function weighted(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [1, 4]);
  const file = `${FOLDER}unet/model.safetensors`;
  const half = b.weight("half", { file, offset: 8, length: 24, dtype: "float16", shape: [4, 3] });
  const full = b.weight("full", { file, offset: 32, length: 12, dtype: "float32", shape: [3] });
  b.output("y", b.add(b.matmul(x, half), full));
  return b.build();
}

/** Some bytes changed, or a piece cut out or doubled. */
function damage(model: Uint8Array, random: (below: number) => number): Uint8Array {
  const at = random(model.length);
  const length = 1 + random(12);
  const kind = random(4);
  if (kind === 0) return Uint8Array.of(...model.subarray(0, at), ...model.subarray(at + length));
  if (kind === 1) return Uint8Array.of(...model.subarray(0, at + length), ...model.subarray(at));
  const changed = model.slice();
  for (let i = 0; i < (kind === 2 ? 1 : length); i++) changed[random(model.length)] = random(256);
  return changed;
}

/** A linear congruential generator (Numerical Recipes): the same numbers in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
