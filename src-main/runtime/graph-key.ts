// What tells graphs apart: two with one key compute the same from inputs of the same names, and can share a session.

import { createHash } from "node:crypto";
import type { Graph } from "../compiler/graph.ts";

export function graphKey({ inputs, outputs, constants, weights, nodes }: Graph): string {
  const hash = createHash("sha256");
  const add = (part: unknown): void => void hash.update(JSON.stringify(part)).update("\n");
  add(inputs);
  add([...outputs].map(([name, value]) => [name, value.name]));
  for (const [name, { file, offset, dtype, shape }] of weights) add([name, file, offset, dtype, shape]);
  for (const [name, { dtype, shape, data }] of constants) {
    add([name, dtype, shape]);
    hash.update(data);
  }
  for (const node of nodes) add(node);
  return hash.digest("hex");
}
