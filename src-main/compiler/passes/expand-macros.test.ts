import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import { opRule } from "../ops/index.ts";
import { printGraph } from "../print-graph.ts";
import { sampleGraphs } from "../testing/build-sample.ts";
import { expandMacros } from "./expand-macros.ts";

test("attention becomes two products around a softmax", () => {
  const b = new GraphBuilder();
  const [query, key, value] = [
    b.input("query", "float32", [1, 2, 3, 4]),
    b.input("key", "float32", [1, 2, 5, 4]),
    b.input("value", "float32", [1, 2, 5, 4]),
  ];
  b.output("y", b.op("Attention", [query, key, value, null], { scale: 0.5 }));
  expect(printGraph(expandMacros(b.build()))).toMatchInlineSnapshot(`
    "input query: float32[1, 2, 3, 4]
    input key: float32[1, 2, 5, 4]
    input value: float32[1, 2, 5, 4]
    v1 = Mul(query, 0.5000): float32[1, 2, 3, 4]
    v2 = Transpose(key, perm=[0, 1, 3, 2]): float32[1, 2, 4, 5]
    v3 = MatMul(v1, v2): float32[1, 2, 3, 5]
    v4 = Softmax(v3, axis=3): float32[1, 2, 3, 5]
    v5 = MatMul(v4, value): float32[1, 2, 3, 4]
    output y = v5"
  `);
});

test("group normalisation becomes instance normalisation of the groups, then scale and shift of the channels", () => {
  const b = new GraphBuilder();
  const [x, scale, bias] = [
    b.input("x", "float32", [1, 4, 3, 3]),
    b.input("scale", "float32", [4]),
    b.input("bias", "float32", [4]),
  ];
  b.output("y", b.op("GroupNormalization", [x, scale, bias], { num_groups: 2, epsilon: 1e-6 }));
  expect(printGraph(expandMacros(b.build()))).toMatchInlineSnapshot(`
    "input x: float32[1, 4, 3, 3]
    input scale: float32[4]
    input bias: float32[4]
    v0 = Reshape(x, shape=[1, 2, 18]): float32[1, 2, 18]
    v3 = InstanceNormalization(v0, float32[2]{1, 1}, float32[2]{0, 0}, epsilon=0.000001): float32[1, 2, 18]
    v4 = Reshape(v3, shape=[1, 4, 3, 3]): float32[1, 4, 3, 3]
    v5 = Reshape(scale, shape=[1, 4, 1, 1]): float32[1, 4, 1, 1]
    v6 = Mul(v4, v5): float32[1, 4, 3, 3]
    v7 = Reshape(bias, shape=[1, 4, 1, 1]): float32[1, 4, 1, 1]
    v8 = Add(v6, v7): float32[1, 4, 3, 3]
    output y = v8"
  `);
});

test("no sample has a macro operator left", () => {
  const left = sampleGraphs().flatMap(({ graph }) =>
    expandMacros(graph).nodes.filter(({ op }) => opRule(op).expand !== undefined),
  );
  expect(left).toEqual([]);
});
