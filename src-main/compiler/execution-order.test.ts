import { expect, test } from "vitest";
import { executionOrder } from "./execution-order.ts";
import { GraphBuilder } from "./graph-builder.ts";

test("of several inputs the one that was written last is made first, with all that it needs", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2]);
  const early = b.op("Sin", [x], {});
  const late = b.op("Tanh", [b.exp(x)], {});
  b.output("y", b.add(early, late));
  expect(executionOrder(b.build()).map(({ op }) => op)).toEqual(["Exp", "Tanh", "Sin", "Add"]);
});

test("every value is made before it is used, and only once", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2]);
  const shared = b.exp(x);
  b.output("y", b.mul(b.op("Sin", [shared], {}), b.op("Cos", [shared], {})));
  b.output("z", b.neg(shared));
  const order = executionOrder(b.build());
  expect(order.length).toBe(5);
  const made = new Set(["x"]);
  for (const { inputs, output } of order) {
    expect(inputs.every((name) => name !== null && made.has(name))).toBe(true);
    made.add(output);
  }
});
