import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import { printGraph } from "../print-graph.ts";
import { removeDead } from "./remove-dead.ts";
import { shareCommon } from "./share-common.ts";

test("the same operator on the same inputs is computed once, through equal constants too", () => {
  const shared = print((b, x) => {
    const once = b.exp(b.mul(x, b.constant("float32", [3], [1, 2, 3])));
    const again = b.exp(b.mul(x, b.constant("float32", [3], [1, 2, 3])));
    return b.add(once, again);
  });
  expect(shared).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v2 = Mul(x, float32[3]{1, 2, 3}): float32[2, 3]
    v3 = Exp(v2): float32[2, 3]
    v4 = Add(v3, v3): float32[2, 3]
    output y = v4"
  `);
});

test("other attributes, another order of inputs or other constants are not the same", () => {
  const kept = print((b, x) => {
    const sums = b.add(b.sum(x, [0]), b.sum(x, [1]));
    const [up, down] = [b.sub(x, b.scalar(1)), b.sub(b.scalar(1), x)];
    const constants = b.mul(b.constant("float32", [1], [0]), b.mul(x, b.constant("float32", [1], [-0])));
    return b.concat([sums, up, down, constants], 0);
  });
  expect(kept).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v3 = ReduceSum(x, axes=[0], keepdims=1): float32[1, 3]
    v4 = ReduceSum(x, axes=[1], keepdims=1): float32[2, 1]
    v5 = Add(v3, v4): float32[2, 3]
    v6 = Sub(x, 1): float32[2, 3]
    v7 = Sub(1, x): float32[2, 3]
    v8 = Mul(x, float32[1]{0}): float32[2, 3]
    v9 = Mul(float32[1]{0}, v8): float32[2, 3]
    v10 = Concat(v5, v6, v7, v9, axis=0): float32[8, 3]
    output y = v10"
  `);
});

test("attributes that are not finite are told apart", () => {
  const clipped = print((b, x) => {
    const below = b.op("Clip", [x], { min: -Infinity, max: 0 });
    return b.add(below, b.op("Clip", [x], { min: Infinity, max: 0 }));
  });
  expect(clipped).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    v0 = Clip(x, min=-Infinity, max=0): float32[2, 3]
    v1 = Clip(x, min=Infinity, max=0): float32[2, 3]
    v2 = Add(v0, v1): float32[2, 3]
    output y = v2"
  `);
});

test("what is computed after the cotangent is not shared with the forward pass", () => {
  const recomputed = print((b, x) => {
    const ct = b.input("ct", "float32", [2, 3]);
    return b.add(b.exp(x), b.exp(b.after(x, ct)));
  });
  expect(recomputed).toMatchInlineSnapshot(`
    "input x: float32[2, 3]
    input ct: float32[2, 3]
    v1 = Exp(x): float32[2, 3]
    v2 = Slice(ct, starts=[0, 0], ends=[1, 1], axes=[0, 1], steps=[1, 1]): float32[1, 1]
    v3 = Reshape(v2, shape=[]): float32[]
    v4 = Mul(v3, 0): float32[]
    v5 = Add(x, v4): float32[2, 3]
    v6 = Exp(v5): float32[2, 3]
    v7 = Add(v1, v6): float32[2, 3]
    output y = v7"
  `);
});

test("operators that differ share equal constants", () => {
  const shared = share((b, x) => {
    const [once, again] = [b.constant("float32", [3], [1, 2, 3]), b.constant("float32", [3], [1, 2, 3])];
    return b.add(b.mul(x, once), b.sub(x, again));
  });
  expect(shared.constants.size).toBe(1);
});

function print(build: (b: GraphBuilder, x: Value) => Value): string {
  return printGraph(share(build));
}

function share(build: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = new GraphBuilder();
  b.output("y", build(b, b.input("x", "float32", [2, 3])));
  return removeDead(shareCommon(b.build()));
}
