import { expect, test } from "vitest";
import { evaluateGraph } from "../evaluate-graph.ts";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import { estimateMemory } from "../memory.ts";
import { optimize } from "../passes/optimize.ts";

const HEADS = 2;
const WIDTH = 4;

/** Self-attention of `rows` queries with its gradients. */
function attentionGraph(rows: number, maxProbabilities: number): Graph {
  const b = new GraphBuilder();
  const [query, key, value] = [
    b.input("query", "float32", [1, HEADS, rows, WIDTH]),
    b.input("key", "float32", [1, HEADS, rows, WIDTH]),
    b.input("value", "float32", [1, HEADS, rows, WIDTH]),
  ];
  const y = b.op("Attention", [query, key, value, null], { scale: 0.5, maxProbabilities });
  b.output("y", y);
  const seed = { value: y, cotangent: b.input("ct", "float32", y.shape) };
  for (const [i, gradient] of appendGradient(b, [seed], [query, key, value]).entries()) {
    if (gradient !== null) b.output(`gradient.${i}`, gradient);
  }
  return b.build();
}

test("attention in pieces and its gradients are those of attention at once", () => {
  const rows = 7;
  const feeds = Object.fromEntries(
    ["query", "key", "value", "ct"].map((name, k) => [
      name,
      Float64Array.from({ length: HEADS * rows * WIDTH }, (_, i) => Math.sin((i + 1) * (k + 1.3))),
    ]),
  );
  const whole = evaluateGraph(attentionGraph(rows, Infinity), feeds);
  const pieces = evaluateGraph(attentionGraph(rows, 2 * HEADS * rows), feeds);
  expect([...whole.keys()]).toEqual(["y", "gradient.0", "gradient.1", "gradient.2"]);
  for (const [name, { data }] of whole) {
    for (const [i, n] of data.entries()) expect(pieces.get(name)?.data[i], `${name}[${i}]`).toBeCloseTo(n, 12);
  }
});

test("only the probabilities of one piece are in memory at a time, backwards too", () => {
  const rows = 512;
  const all = HEADS * rows * rows;
  const whole = estimateMemory(optimize(attentionGraph(rows, Infinity))).activations;
  const pieces = estimateMemory(optimize(attentionGraph(rows, all / 8))).activations;
  const small = 32 * HEADS * rows * WIDTH * 4; // queries, keys, values, their gradients
  // Backwards four tensors of this size are in use at once: P, dP, their product and dS.
  expect(whole).toBeGreaterThan(3 * 4 * all);
  expect(pieces).toBeLessThan((4 * 4 * all) / 8 + small);
});
