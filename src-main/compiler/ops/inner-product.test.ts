import { expect, test } from "vitest";
import { evaluateGraph } from "../evaluate-graph.ts";
import { GraphBuilder } from "../graph-builder.ts";
import { innerProduct } from "./inner-product.ts";

/** Two rows of `count` numbers. */
function numbers(count: number, phase: number): Float64Array {
  return new Float64Array(2 * count).map((_, i) => Math.sin(i * 0.7 + phase));
}

test.each([
  ["short rows at once", 96, 48],
  ["long rows in equal runs", 5000, 2500],
  ["rows of a prime length at once", 4099 * 2, 4099],
])("products are summed for %s", (_, count, run) => {
  const b = new GraphBuilder();
  const shape = [2, 2, count / 2];
  const [x, y] = [b.input("x", "float32", shape), b.input("y", "float32", shape)];
  b.output("sums", innerProduct(b, x, y, 2));
  const graph = b.build();
  const [p, q] = [numbers(count, 0), numbers(count, 1)];
  const sums = evaluateGraph(graph, { x: p, y: q }).get("sums");
  const width = count / 2;
  const expected = [0, 1, 2, 3].map((row) =>
    p.subarray(row * width, (row + 1) * width).reduce((sum, n, i) => sum + n * (q[row * width + i] ?? NaN), 0),
  );
  expect(sums?.shape).toEqual([2, 2]);
  for (const [i, n] of expected.entries()) expect(sums?.data[i]).toBeCloseTo(n, 9);
  const matMul = graph.nodes.find(({ op }) => op === "MatMul");
  expect(graph.values.get(matMul?.inputs[0] ?? "")?.shape.slice(1)).toEqual([1, run]);
});
