import { expect, test } from "vitest";
import { evaluateGraph } from "./evaluate-graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { sumOf, tellSums } from "./tell-sums.ts";
import { verifyGraph } from "./verify-graph.ts";

test("a graph gives what it gave, and the sums of the outputs that are asked for", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2, 3]);
  b.output("double", b.scale(x, 2));
  b.output("exp", b.exp(x));
  const graph = tellSums(b.build(), ["double"]);
  expect(verifyGraph(graph)).toEqual([]);
  const given = (last: number) => evaluateGraph(graph, { x: Float64Array.of(0, 1, 2, 3, 4, last) });
  expect([...given(5).keys()]).toEqual(["double", "exp", sumOf("double")]);
  expect(given(5).get(sumOf("double"))).toMatchObject({ shape: [], data: Float64Array.of(30) });
  for (const bad of [NaN, Infinity]) expect(given(bad).get(sumOf("double"))?.data[0]).toBe(bad);
  expect(() => tellSums(graph, ["triple"])).toThrow("gives no triple");
});
