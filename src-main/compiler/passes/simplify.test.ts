import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import type { Value } from "../graph.ts";
import { printGraph } from "../print-graph.ts";
import { removeDead } from "./remove-dead.ts";
import { simplify } from "./simplify.ts";

test("neutral elements, identities, chains of Reshape and pairs of Transpose go", () => {
  const simplified = print((b, x) => {
    const same = b.op("Identity", [b.add(b.mul(x, b.scalar(1)), b.scalar(0))], {});
    const alsoSame = b.sub(
      b.div(same, b.constant("float32", [1, 1], [1])),
      b.constant("float32", [2, 3], [0, 0, 0, 0, 0, 0]),
    );
    const turned = b.transpose(b.transpose(alsoSame, [1, 0]), [1, 0]);
    return b.exp(b.reshape(b.reshape(turned, [3, 2]), [6]));
  });
  expect(simplified).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v6 = Reshape(x, shape=[6]): float32[6]
    v7 = Exp(v6): float32[6]
    output y = v7"
  `);
});

test("a chain of Reshape that ends where it began goes altogether", () => {
  expect(print((b, x) => b.exp(b.reshape(b.reshape(x, [6]), [2, 3])))).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v1 = Exp(x): float32[2, 3]
    output y = v1"
  `);
});

test("two different Transposes become one", () => {
  const turned = print((b, x) => b.transpose(b.transpose(b.reshape(x, [1, 2, 3]), [2, 0, 1]), [1, 0, 2]));
  expect(turned).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v0 = Reshape(x, shape=[1, 2, 3]): float32[1, 2, 3]
    v2 = Transpose(v0, perm=[0, 2, 1]): float32[1, 3, 2]
    output y = v2"
  `);
});

test("a neutral element that broadcasts stays", () => {
  const widened = print((b, x) => {
    const ones = b.constant("float32", [4, 1, 1], [1, 1, 1, 1]);
    const moreAxes = b.add(b.mul(x, ones), b.constant("float32", [1, 1, 1, 1], [0]));
    return b.sub(moreAxes, b.constant("float32", [5, 1, 1, 1], [0, 0, 0, 0, 0]));
  });
  expect(widened).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v3 = Mul(x, float32[4, 1, 1]{1, 1, 1, 1}): float32[4, 2, 3]
    v4 = Add(v3, float32[1, 1, 1, 1]{0}): float32[1, 4, 2, 3]
    v5 = Sub(v4, float32[5, 1, 1, 1]{0, 0, 0, 0, …}): float32[5, 4, 2, 3]
    output y = v5"
  `);
});

test("what only looks neutral stays: 0 − x, 1 / x, x · 0", () => {
  expect(print((b, x) => b.sub(b.scalar(0), b.div(b.scalar(1), b.mul(x, b.scalar(0)))))).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v2 = Mul(x, 0): float32[2, 3]
    v3 = Div(1, v2): float32[2, 3]
    v4 = Sub(0, v3): float32[2, 3]
    output y = v4"
  `);
});

test("the barrier of GraphBuilder.after stays, also after a scalar", () => {
  const after = print((b, x) => {
    const recomputed = b.exp(b.after(x, b.input("ct", "float32", [2, 3])));
    return b.add(recomputed, b.after(x, b.input("loss ct", "float32", [])));
  });
  expect(after).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    input ct: float32[2, 3]
    input loss ct: float32[]
    v1 = Slice(ct, starts=[0, 0], ends=[1, 1], axes=[0, 1], steps=[1, 1]): float32[1, 1]
    v2 = Reshape(v1, shape=[]): float32[]
    v3 = Mul(v2, 0): float32[]
    v4 = Add(x, v3): float32[2, 3]
    v5 = Exp(v4): float32[2, 3]
    v6 = Mul(loss ct, 0): float32[]
    v7 = Add(x, v6): float32[2, 3]
    v8 = Add(v5, v7): float32[2, 3]
    output y = v8"
  `);
});

function print(build: (b: GraphBuilder, x: Value) => Value): string {
  const b = new GraphBuilder();
  b.output("y", build(b, b.input("x", "float32", [2, 3])));
  return printGraph(removeDead(simplify(b.build())));
}
