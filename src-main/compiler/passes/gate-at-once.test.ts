import { expect, test } from "vitest";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph, Value } from "../graph.ts";
import { gateAtOnce } from "./gate-at-once.ts";
import { optimize } from "./optimize.ts";
import { removeDead } from "./remove-dead.ts";

function gated(write: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = new GraphBuilder();
  b.output("y", write(b, b.input("x", "float32", [2, 3])));
  return removeDead(gateAtOnce(optimize(b.build())));
}

const printed = ({ nodes }: Graph): string[] =>
  nodes.map(({ op, attributes: { alpha } }) => (alpha === undefined ? op : [op, alpha].join(" ")));

test("a value times its own sigmoid is one operator, with the slope of the sigmoid", () => {
  expect(printed(gated((b, x) => b.op("Silu", [x], {})))).toEqual(["QuickGelu 1"]);
  expect(printed(gated((b, x) => b.op("QuickGelu", [x], { alpha: 1.702 })))).toEqual(["QuickGelu 1.702"]);
  expect(printed(gated((b, x) => b.mul(b.sigmoid(x), x)))).toEqual(["QuickGelu 1"]);
});

test("another value's sigmoid, and one that something else reads as well, stay as they are", () => {
  expect(printed(gated((b, x) => b.mul(x, b.sigmoid(b.exp(x)))))).toEqual(["Exp", "Sigmoid", "Mul"]);
  const both = (b: GraphBuilder, x: Value): Value => b.add(b.sigmoid(x), b.mul(x, b.sigmoid(x)));
  expect(printed(gated(both))).toEqual(["Sigmoid", "Mul", "Add"]);
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2, 3]);
  const y = b.op("Silu", [x], {});
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", [2, 3]) }], [x]);
  b.output("y", y);
  if (gradient) b.output("gradient", gradient);
  expect(printed(gateAtOnce(optimize(b.build())))).not.toContain("QuickGelu 1");
});
