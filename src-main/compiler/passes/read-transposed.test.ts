import { expect, test } from "vitest";
import { evaluateGraph } from "../evaluate-graph.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import { verifyGraph } from "../verify-graph.ts";
import { readTransposed } from "./read-transposed.ts";
import { removeDead } from "./remove-dead.ts";

function products(): Graph {
  const b = new GraphBuilder();
  const [x, y] = [b.input("x", "float32", [2, 3, 4]), b.input("y", "float32", [2, 3, 4])];
  const swap = [0, 2, 1];
  b.output("rows", b.matmul(x, b.transpose(y, swap)));
  b.output("columns", b.matmul(b.transpose(x, swap), y));
  b.output("both", b.matmul(b.transpose(x, swap), b.transpose(b.reshape(y, [2, 4, 3]), swap)));
  // The batch moves as well.
  b.output("batch", b.matmul(b.transpose(x, [1, 0, 2]), b.reshape(y, [3, 4, 2])));
  return b.build();
}

test("a product reads a transposed matrix where it lies, and what moves other axes is moved first", () => {
  const plain = products();
  const fused = removeDead(readTransposed(plain));
  expect(verifyGraph(fused)).toEqual([]);
  const found = fused.nodes.map(({ op, attributes }) =>
    [op, attributes["transA"], attributes["transB"]].join(" ").trim(),
  );
  expect(found).toEqual([
    "FusedMatMul 0 1",
    "FusedMatMul 1 0",
    "Reshape",
    "FusedMatMul 1 1",
    "Transpose",
    "Reshape",
    "MatMul",
  ]);
  const feeds = Object.fromEntries(
    ["x", "y"].map((name, k) => [name, Float64Array.from({ length: 24 }, (_, i) => Math.sin((i + 1) * (k + 1.3)))]),
  );
  const results = evaluateGraph(fused, feeds);
  for (const [name, { shape, data }] of evaluateGraph(plain, feeds)) {
    expect(results.get(name)?.shape, name).toEqual(shape);
    for (const [i, n] of data.entries()) expect(results.get(name)?.data[i], name).toBeCloseTo(n, 12);
  }
});
