import { describe, expect, test } from "vitest";
import { evaluateGraph } from "../evaluate-graph.ts";
import { sampleGraphs, type SampleGraph } from "../testing/build-sample.ts";
import { verifyGraph } from "../verify-graph.ts";
import { optimize, passes } from "./optimize.ts";

describe("every pass keeps every sample sound, its numbers and its outputs", () => {
  const samples = sampleGraphs();
  for (const { name, run } of passes) {
    test(`${name}, by itself`, () => {
      for (const sample of samples) expectSameNumbers(sample, { ...sample, graph: run(sample.graph) });
    });
  }

  test("one after the other", () => {
    for (const sample of samples) {
      let { graph } = sample;
      for (const { run } of passes) {
        graph = run(graph);
        expect(verifyGraph(graph), sample.name).toEqual([]);
      }
      expectSameNumbers(sample, { ...sample, graph });
    }
  });
});

test("a second round of the passes finds nothing more to do in any sample", () => {
  for (const { name, graph } of sampleGraphs()) {
    const once = optimize(graph);
    expect(optimize(once).nodes.length, name).toBe(once.nodes.length);
  }
});

function expectSameNumbers(before: SampleGraph, after: SampleGraph): void {
  expect(verifyGraph(after.graph), before.name).toEqual([]);
  expect(after.graph.inputs).toEqual(before.graph.inputs);
  const [expected, found] = [before, after].map(({ graph, feeds }) =>
    evaluateGraph(graph, Object.fromEntries(Object.entries(feeds).map(([name, { data }]) => [name, data]))),
  );
  expect([...(found?.keys() ?? [])]).toEqual([...(expected?.keys() ?? [])]);
  for (const [output, { dtype, shape, data }] of expected ?? []) {
    const result = found?.get(output);
    expect({ dtype: result?.dtype, shape: result?.shape }, `${before.name} ${output}`).toEqual({ dtype, shape });
    const error = data.reduce((largest, n, i) => Math.max(largest, Math.abs(n - (result?.data[i] ?? NaN))), 0);
    expect(error, `${before.name} ${output}`).toBeLessThan(1e-12);
  }
}
