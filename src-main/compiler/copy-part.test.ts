import { expect, test } from "vitest";
import { copyPart, partOf } from "./copy-part.ts";
import { evaluateGraph } from "./evaluate-graph.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { verifyGraph } from "./verify-graph.ts";

/** y = exp(x) + 2·w, z = tanh(y)·[3, 4], and something that nobody asks for. */
function original() {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2]);
  const unused = b.input("unused", "float32", [2]);
  const w = b.storedWeight("w", { file: "/weights", offset: 0, length: 8, dtype: "float32", shape: [2] });
  const y = b.add(b.exp(x), b.scale(w, 2));
  const z = b.mul(b.op("Tanh", [y], {}), b.constant("float32", [2], [3, 4]));
  b.neg(unused);
  return { graph: b.build(), x, y, z };
}

const numbers = { x: Float64Array.of(0.3, -1), w: Float64Array.of(0.5, 0.25) };
const expected = [0, 1].map((i) => Math.tanh(Math.exp(numbers.x[i] ?? NaN) + 2 * (numbers.w[i] ?? NaN)) * (3 + i));

test("a copy computes the same, and holds nothing that was not asked for", () => {
  const { graph, z } = original();
  const b = new GraphBuilder();
  b.output("z", copyPart(b, graph, [z], new Map()).of(z));
  const copy = b.build();
  verifyGraph(copy);
  expect(copy.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect(copy.nodes.map(({ op }) => op)).toEqual(["Exp", "Mul", "Add", "Tanh", "Mul"]);
  expect([...(evaluateGraph(copy, numbers).get("z")?.data ?? [])]).toEqual(expected);
});

test("what is given takes the place of all that computes it", () => {
  const { graph, y, z } = original();
  const b = new GraphBuilder();
  const given = b.input("given", "float32", [2]);
  b.output("z", copyPart(b, graph, [z], new Map([[y.name, given]])).of(z));
  const copy = b.build();
  expect(copy.inputs.map(({ name }) => name)).toEqual(["given"]);
  expect(copy.weights.size).toBe(0);
  const found = evaluateGraph(copy, { given: Float64Array.of(0, 1) }).get("z")?.data ?? [];
  expect([...found]).toEqual([0, 4 * Math.tanh(1)]);
});

test("two copies in one graph share their weights", () => {
  const { graph, x, z } = original();
  const b = new GraphBuilder();
  for (const name of ["first", "second"]) {
    const input = b.input(name, "float32", [2]);
    b.output(`z of ${name}`, copyPart(b, graph, [z], new Map([[x.name, input]])).of(z));
  }
  const copy = b.build();
  verifyGraph(copy);
  expect(copy.weights.size).toBe(1);
  const found = evaluateGraph(copy, { first: numbers.x, second: Float64Array.of(0, 0), w: numbers.w });
  expect([...(found.get("z of first")?.data ?? [])]).toEqual(expected);
  expect(found.get("z of second")?.data[0]).toBeCloseTo(Math.tanh(1 + 1) * 3, 12);
});

test("what a part needs is told without what is given", () => {
  const { graph, y, z } = original();
  const { nodes, needed } = partOf(graph, [z], new Set([y.name]));
  expect(nodes.map(({ op }) => op)).toEqual(["Tanh", "Mul"]);
  expect(needed.has("x")).toBe(false);
  const { graph: whole } = original();
  expect(() => copyPart(new GraphBuilder(), whole, [z], new Map()).of({ name: "absent" })).toThrow("absent");
});
