import { describe, expect, test } from "vitest";
import { elementCount, type Shape } from "../../common/tensor.ts";
import { countFlops } from "../cost.ts";
import { evaluateGraph } from "../evaluate-graph.ts";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import { estimateMemory } from "../memory.ts";
import { verifyGraph } from "../verify-graph.ts";
import { fuseAttention } from "./fuse-attention.ts";
import { optimize } from "./optimize.ts";

interface Attended {
  readonly query: Shape;
  readonly key: Shape;
  readonly value?: Shape;
  readonly mask?: Shape;
  readonly maxProbabilities?: number;
  readonly withGradient?: boolean;
}

function attend({ query, key, value = key, mask, maxProbabilities, withGradient = false }: Attended): Graph {
  const b = new GraphBuilder();
  const inputs = [
    b.input("query", "float32", query),
    b.input("key", "float32", key),
    b.input("value", "float32", value),
  ];
  const [q, k, v] = inputs;
  if (!q || !k || !v) throw new Error("there are three");
  const added = mask === undefined ? null : b.input("mask", "float32", mask);
  const most = maxProbabilities === undefined ? {} : { maxProbabilities };
  const y = b.op("Attention", [q, k, v, added], { scale: 0.5, ...most });
  b.output("y", y);
  if (withGradient) {
    const seeds = [{ value: y, cotangent: b.input("ct", "float32", y.shape) }];
    for (const [i, gradient] of appendGradient(b, seeds, inputs).entries())
      if (gradient) b.output(`gradient.${i}`, gradient);
  }
  return b.build();
}

function operators(graph: Graph): string[] {
  return optimize(graph).nodes.map(({ op }) => op);
}

const SMALL: Attended = { query: [2, 3, 5, 4], key: [2, 3, 6, 4] };

describe("attention by one operator is attention as it is defined", () => {
  test.each<[string, Attended, number]>([
    ["of several heads", SMALL, 1],
    ["with values of another width", { ...SMALL, value: [2, 3, 6, 2] }, 1],
    ["over one text for the whole batch", { ...SMALL, key: [1, 3, 6, 4] }, 1],
    ["in pieces of the queries, where many probabilities would be written", { ...SMALL, maxProbabilities: 72 }, 3],
  ])("%s", (_, attended, pieces) => {
    const plain = attend(attended);
    const fused = fuseAttention(plain);
    expect(verifyGraph(fused)).toEqual([]);
    const found = operators(fused);
    expect(found.filter((op) => op === "MultiHeadAttention")).toHaveLength(pieces);
    expect(found).not.toContain("Softmax");
    const feeds = Object.fromEntries(
      plain.inputs.map(({ name, shape }, k) => [
        name,
        Float64Array.from({ length: elementCount(shape) }, (_, i) => Math.sin((i + 1) * (k + 1.3))),
      ]),
    );
    const [expected, results] = [plain, fused].map((graph) => evaluateGraph(graph, feeds).get("y"));
    expect(results?.shape).toEqual(expected?.shape);
    for (const [i, n] of (expected?.data ?? []).entries()) expect(results?.data[i]).toBeCloseTo(n, 12);
    expect(countFlops(optimize(fused))).toBe(countFlops(optimize(plain)));
  });
});

test("attention with a mask, and what the way back shares the probabilities with, stay as they are", () => {
  expect(operators(fuseAttention(attend({ ...SMALL, mask: [1, 1, 5, 6] })))).not.toContain("MultiHeadAttention");
  expect(operators(fuseAttention(attend({ ...SMALL, withGradient: true })))).not.toContain("MultiHeadAttention");
});

test("where the way back computes the probabilities anew, the way forward does without them", () => {
  // 8 · 1024² probabilities: more than are kept.
  const shape = [1, 8, 1024, 4];
  const found = operators(fuseAttention(attend({ query: shape, key: shape, withGradient: true })));
  expect(found.filter((op) => op === "MultiHeadAttention")).toHaveLength(1);
  expect(found.filter((op) => op === "Softmax")).toHaveLength(1);
});

test("what the operator may write for itself is foreseen", () => {
  const shape = [1, 8, 256, 40];
  const graph = attend({ query: shape, key: shape });
  const [plain, fused] = [graph, fuseAttention(graph)].map((each) => estimateMemory(optimize(each)).activations);
  const probabilities = 4 * 8 * 256 * 256;
  expect(fused).toBeGreaterThan(probabilities);
  expect(fused).toBeLessThan((plain ?? 0) + 6 * 4 * elementCount(shape));
});
