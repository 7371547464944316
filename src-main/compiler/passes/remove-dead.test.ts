import { expect, test } from "vitest";
import { GraphBuilder } from "../graph-builder.ts";
import { printGraph } from "../print-graph.ts";
import { removeDead } from "./remove-dead.ts";

test("operators, constants and weights without a reader go, inputs and outputs stay", () => {
  const b = new GraphBuilder();
  const [x, unused] = [b.input("x", "float32", [2]), b.input("unused", "float32", [2])];
  const place = { file: "model.safetensors", offset: 0, length: 8, dtype: "float32", shape: [2] } as const;
  const kept = b.storedWeight("kept", place);
  b.mul(b.exp(unused), b.storedWeight("dropped", { ...place, offset: 8 }));
  b.output("y", b.add(x, kept));
  b.output("x again", x);
  const graph = removeDead(b.build());
  expect(printGraph(graph)).toMatchInlineSnapshot(`
    "input x: float32[2]
    input unused: float32[2]
    weight kept: float32[2]
    v2 = Add(x, kept): float32[2]
    output y = v2
    output x again = x"
  `);
  expect(removeDead({ ...graph, outputs: new Map() }).weights.size).toBe(0);
});
