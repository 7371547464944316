// Holds a graph that a pass has changed to what it was, by the operators' own definitions.

import { expect } from "vitest";
import { elementCount } from "../../common/tensor.ts";
import { evaluateGraph } from "../evaluate-graph.ts";
import type { Graph } from "../graph.ts";

/** Every output, to so many digits behind the point, from inputs between −1 and 1 of no order. */
export function expectSameResults(before: Graph, after: Graph, digits: number): void {
  const feeds = Object.fromEntries(
    before.inputs.map(({ name, shape }, k) => [
      name,
      new Float64Array(elementCount(shape)).map((_, i) => Math.sin(i * 1.3 + k)),
    ]),
  );
  const [expected, found] = [evaluateGraph(before, feeds), evaluateGraph(after, feeds)];
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [output, { shape, data }] of expected) {
    const result = found.get(output);
    expect(result?.shape).toEqual(shape);
    for (const [i, n] of data.entries()) expect(result?.data[i], `${output}[${i}]`).toBeCloseTo(n, digits);
  }
}
