import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import { verifyGraph } from "../verify-graph.ts";
import { removeDead } from "./remove-dead.ts";
import { reshapeWeights } from "./reshape-weights.ts";

test("a weight that is read by other shapes is the same bytes by each, and what is computed is reshaped as before", () => {
  const b = new GraphBuilder();
  const place = { file: "/models/unet.safetensors", offset: 64, length: 24, dtype: "float32" } as const;
  const weight = b.storedWeight("bias", { ...place, shape: [6] });
  const x = b.input("x", "float32", [2, 3]);
  b.output("rows", b.add(b.reshape(weight, [2, 3]), x));
  b.output("again", b.mul(b.reshape(weight, [2, 3]), x));
  b.output("columns", b.add(b.reshape(weight, [3, 2]), b.reshape(x, [3, 2])));
  const graph = removeDead(reshapeWeights(b.build()));
  expect(verifyGraph(graph)).toEqual([]);
  expect([...graph.weights.values()]).toEqual([
    { ...place, shape: [2, 3] },
    { ...place, shape: [3, 2] },
  ]);
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Add", "Mul", "Reshape", "Add"]);
});
