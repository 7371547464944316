import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import { printGraph } from "../print-graph.ts";
import { foldConstants } from "./fold-constants.ts";
import { removeDead } from "./remove-dead.ts";

test("what depends on constants only is computed, what depends on an input or a weight is not", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2]);
  const weight = b.storedWeight("weight", {
    file: "model.safetensors",
    offset: 0,
    length: 4,
    dtype: "float16",
    shape: [2],
  });
  const known = b.exp(b.mul(b.constant("float32", [2], [0, 1]), b.scalar(2)));
  b.output("y", b.add(b.mul(x, known), b.cast(weight, "float32")));
  expect(printGraph(removeDead(foldConstants(b.build())))).toMatchInlineSnapshot(`
    "input x: float32[2]
    weight weight: float16[2]
    v4 = Mul(x, float32[2]{1, 7.389}): float32[2]
    v5 = Cast(weight, to=float32): float32[2]
    v6 = Add(v4, v5): float32[2]
    output y = v6"
  `);
});

test("integer division drops the fraction", () => {
  const b = new GraphBuilder();
  b.output("y", b.div(b.constant("int64", [2], [7, -7]), b.constant("int64", [], [2])));
  expect(printGraph(removeDead(foldConstants(b.build())))).toMatchInlineSnapshot(`"output y = int64[2]{3, -3}"`);
});

test("a result of more than 65536 elements stays an operator", () => {
  const b = new GraphBuilder();
  b.output("small", b.zeros({ dtype: "float32", shape: [256, 256] }));
  b.output("large", b.zeros({ dtype: "float32", shape: [257, 256] }));
  expect(printGraph(foldConstants(b.build()))).toMatchInlineSnapshot(`
    "v2 = Expand(0, shape=[257, 256]): float32[257, 256]
    output small = float32[256, 256]{0, 0, 0, 0, …}
    output large = v2"
  `);
});
