// What tells graphs apart: two with one key compute the same from inputs of the same names, and can share a session. How values are named
// within a graph does not count: a part that was cut out of a larger graph has the key of the same part made by itself.

import { createHash } from "node:crypto";
import type { Graph } from "../compiler/graph.ts";

export function graphKey({ inputs, outputs, constants, weights, nodes }: Graph): string {
  const hash = createHash("sha256");
  const add = (part: unknown): void => void hash.update(JSON.stringify(part)).update("\n");
  // What a value is, by its name: an input by its name, a weight by its place, a constant by its numbers, a result by its operator's turn.
  const meaning = new Map<string, string>();
  for (const { name, dtype, shape } of inputs) meaning.set(name, `input ${name} ${dtype} ${shape.join()}`);
  for (const [name, { file, offset, dtype, shape }] of weights) {
    meaning.set(name, `weight ${JSON.stringify([file, offset, dtype, shape])}`);
  }
  for (const [name, { dtype, shape, data }] of constants) {
    const digest = createHash("sha256").update(data).digest("hex");
    meaning.set(name, `constant ${dtype} ${shape.join()} ${digest}`);
  }
  const meaningOf = (name: string | null): string | null => (name === null ? null : (meaning.get(name) ?? name));
  for (const [turn, { op, inputs: sources, output, attributes }] of nodes.entries()) {
    add([op, sources.map(meaningOf), attributes]);
    meaning.set(output, `result ${turn}`);
  }
  add(inputs.map(({ name }) => meaningOf(name)));
  add([...outputs].map(([name, value]) => [name, meaningOf(value.name)]));
  return hash.digest("hex");
}
