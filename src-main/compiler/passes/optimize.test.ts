import { describe, expect, test } from "vitest";
import { sampleGraphs } from "../testing/build-sample.ts";
import { expectSameNumbers } from "../testing/expect-same-numbers.ts";
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
