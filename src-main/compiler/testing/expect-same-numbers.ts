// A sample of an operator computes the same after a pass as before.

import { expect } from "vitest";
import { evaluateGraph } from "../evaluate-graph.ts";
import { verifyGraph } from "../verify-graph.ts";
import type { SampleGraph } from "./build-sample.ts";

/** With the same inputs and outputs, in double precision. */
export function expectSameNumbers(before: SampleGraph, after: SampleGraph): void {
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
