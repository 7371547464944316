import { expect, test } from "vitest";
import { GraphBuilder } from "./graph-builder.ts";
import type { Graph, Node } from "./graph.ts";
import { sampleGraphs } from "./testing/build-sample.ts";
import { verifyGraph } from "./verify-graph.ts";

test("the samples of all operators are sound", () => {
  for (const { name, graph } of sampleGraphs()) expect(verifyGraph(graph), name).toEqual([]);
});

const [first, second] = sound().nodes;
if (first === undefined || second === undefined) throw new Error("the sound graph has two operators");
const retyped = (name: string, shape: readonly number[]): Partial<Graph> => {
  const values = new Map(sound().values);
  return { values: values.set(name, { name, dtype: "float32", shape }) };
};

const faults: readonly { readonly name: string; readonly change: Partial<Graph>; readonly message: string }[] = [
  {
    name: "a value is used before it is made",
    change: { nodes: [second, first] },
    message: "uses v1 before it is made",
  },
  { name: "a value is made twice", change: { nodes: [first, first, second] }, message: "made twice" },
  { name: "a value is not made", change: { nodes: [first] }, message: "is v2, which is not made" },
  {
    name: "the recorded type is not what the operator gives",
    change: retyped("v2", [3]),
    message: "recorded as float32[3], but is float32[2]",
  },
  {
    name: "a constant has too few numbers",
    change: { constants: new Map([["c0", { dtype: "float32", shape: [2], data: Float64Array.of(1) }]]) },
    message: "1 numbers for float32[2]",
  },
  {
    name: "a weight has too few bytes",
    change: {
      weights: new Map([["w", { dtype: "float16", shape: [2], file: "model.safetensors", offset: 0, length: 8 }]]),
    },
    message: "8 bytes for float16[2]",
  },
  {
    name: "an operator refuses its inputs",
    change: { nodes: [first, { ...second, op: "Reshape", attributes: { shape: [5] } }] },
    message: "cannot reshape [2] to [5]",
  },
  {
    name: "there is no such operator",
    // What a decoder that forgot to look would do.
    change: { nodes: [first, { ...second, op: "Softsign" as Node["op"] }] },
    message: "there is no operator Softsign",
  },
];

for (const { name, change, message } of faults) {
  test(`a graph is not sound if ${name}`, () => {
    const found = verifyGraph({ ...sound(), ...change });
    expect(found.map((fault) => fault.message)).toContain(message);
  });
}

function sound(): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2]);
  const product = b.mul(x, b.constant("float32", [2], [1, 2]));
  b.output("y", b.exp(product));
  return b.build();
}
