import { describe, expect, test } from "vitest";
import { evaluateGraph } from "./evaluate-graph.ts";
import { appendGradient } from "./gradient.ts";
import { GraphBuilder } from "./graph-builder.ts";
import { opRules } from "./ops/index.ts";
import { removeDead } from "./passes/remove-dead.ts";
import { printGraph } from "./print-graph.ts";
import { sampleGraphs, type SampleGraph } from "./testing/build-sample.ts";

describe("the gradient of every operator agrees with finite differences in float64", () => {
  const samples = sampleGraphs();
  test("every operator has a sample", () => {
    expect(new Set(samples.map(({ op }) => op))).toEqual(new Set(Object.keys(opRules)));
  });
  for (const sample of samples) {
    test(sample.name, () => expectFiniteDifferences(sample));
  }
});

test("only operators between the target and the seed are differentiated", () => {
  const b = new GraphBuilder();
  const [x, w, aside] = ["x", "w", "aside"].map((name) => b.input(name, "float32", [2]));
  if (x === undefined || w === undefined || aside === undefined) throw new Error("three inputs were declared");
  const hidden = b.op("Tanh", [w], {}); // does not depend on x: inactive
  const y = b.mul(b.op("Sin", [x], {}), hidden);
  b.exp(aside);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", [2]) }], [x]);
  if (gradient !== null && gradient !== undefined) b.output("gradient", gradient);
  expect(printGraph(removeDead(b.build()))).toMatchInlineSnapshot(`
    "input x: float32[2]
    input w: float32[2]
    input aside: float32[2]
    input ct: float32[2]
    v0 = Tanh(w): float32[2]
    v4 = Mul(ct, v0): float32[2]
    v6 = Cos(x): float32[2]
    v7 = Mul(v4, v6): float32[2]
    output gradient = v7"
  `);
});

test("a target on which no seed depends has a symbolic zero", () => {
  const b = new GraphBuilder();
  const [x, other] = [b.input("x", "float32", [2]), b.input("other", "float32", [2])];
  const seed = { value: b.exp(x), cotangent: b.input("ct", "float32", [2]) };
  expect(appendGradient(b, [seed], [other])).toEqual([null]);
});

test("gradients of a value used twice add up", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", []);
  const y = b.add(b.mul(x, x), b.scale(x, 3));
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.scalar(1) }], [x]);
  if (gradient === null || gradient === undefined) throw new Error("y depends on x");
  b.output("gradient", gradient);
  expect(evaluateGraph(b.build(), { x: Float64Array.of(5) }).get("gradient")?.data).toEqual(Float64Array.of(13));
});

/** Moves every element of every input by ±ε and compares ⟨Δy, ct⟩ / 2ε with what the rule says. */
function expectFiniteDifferences({ graph, feeds, differentiable, op }: SampleGraph): void {
  const numbers = Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]));
  const { ct } = numbers;
  const analytic = evaluateGraph(graph, numbers);
  if (opRules[op].vjp === "no gradient") expect(differentiable).toEqual([]);
  else expect(differentiable.length).toBeGreaterThan(0);
  const epsilon = 1e-5; // error of central differences: about ε² ≈ 1e-10
  for (const name of differentiable) {
    const at = numbers[name] ?? new Float64Array();
    const moved = (i: number, by: number): number => {
      const y = evaluateGraph(graph, { ...numbers, [name]: at.with(i, (at[i] ?? NaN) + by) }).get("y");
      return y?.data.reduce((sum, n, k) => sum + n * (ct?.[k] ?? NaN), 0) ?? NaN;
    };
    const numeric = at.map((_, i) => (moved(i, epsilon) - moved(i, -epsilon)) / (2 * epsilon));
    const gradient = analytic.get(`gradient.${name}`)?.data ?? new Float64Array();
    expect(gradient.length).toBe(numeric.length);
    for (const [i, n] of numeric.entries()) expect(gradient[i], `${name}[${i}]`).toBeCloseTo(n, 6);
  }
}
