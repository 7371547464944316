import { expect, test } from "vitest";
import { orderNodes } from "./workflow-order.ts";

/** `ab` is a wire from a to b. */
function order(nodes: string, wires: string) {
  const list = wires.split(" ").filter((pair) => pair !== "");
  return orderNodes(
    nodes.split(""),
    list.map(([from = "", to = ""]) => ({ from: { node: from, port: "out" }, to: { node: to, port: "in" } })),
  );
}

test("every node comes after those that feed it", () => {
  expect(order("dcba", "ab bc cd ad")).toEqual({ order: ["a", "b", "c", "d"], cycles: [] });
});

test("every cycle is found, along its wires, and what lies behind one is not part of it", () => {
  const { order: done, cycles } = order("abcdefg", "ab bc ca cd de ed xa fg");
  expect(done).toEqual(["f", "g"]);
  expect(cycles.map((cycle) => cycle.toSorted().join(""))).toEqual(["abc", "de"]);
  const [first = []] = cycles;
  expect("abcab").toContain(first.join(""));
});

test("a node that feeds itself is a cycle of one", () => {
  expect(order("ab", "aa ab")).toEqual({ order: [], cycles: [["a"]] });
});

test("a chain of ten thousand nodes needs no stack", () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
  const wires = ids.slice(1).map((id, i) => ({ from: { node: ids[i] ?? "", port: "o" }, to: { node: id, port: "i" } }));
  expect(orderNodes(ids.toReversed(), wires).order).toEqual(ids);
});
