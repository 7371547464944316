import { expect, test } from "vitest";
import { GraphBuilder } from "./graph-builder.ts";
import type { Value } from "./graph.ts";
import { necksOf } from "./necks.ts";

const NONE: ReadonlySet<string> = new Set();

function blocks(count: number) {
  const b = new GraphBuilder();
  const block = (x: Value): Value => b.add(x, b.mul(b.op("Tanh", [x], {}), b.op("Sin", [x], {})));
  const ends = [b.op("Exp", [b.input("x", "float32", [1, 4])], {})];
  for (let i = 0; i < count; i++) ends.push(block(ends[i] ?? b.scalar(0)));
  return { b, block, names: ends.map(({ name }) => name), end: ends[count] ?? b.scalar(0) };
}

test("a chain of residual blocks is narrow between them, and nowhere else", () => {
  const { b, names, end } = blocks(3);
  expect(necksOf(b.nodes, end.name, NONE)).toEqual(names.slice(0, -1));
});

test("beside a skip connection nothing is narrow, unless what it skips with is known", () => {
  const { b, block, names, end } = blocks(2);
  const inside = block(end);
  const joined = b.add(end, inside);
  const last = block(joined);
  expect(necksOf(b.nodes, last.name, NONE)).toEqual([...names, joined.name]);
  expect(necksOf(b.nodes, last.name, new Set([end.name]))).toContain(inside.name);
});
