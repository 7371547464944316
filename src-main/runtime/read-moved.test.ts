import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { evaluateGraph } from "../compiler/evaluate-graph.ts";
import { GraphBuilder } from "../compiler/graph-builder.ts";
import type { Value } from "../compiler/graph.ts";
import { takeOutMoved } from "../compiler/moved-weights.ts";
import { giveBack, readMoved } from "./read-moved.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "reneg-moved-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const SHAPE = [4, 6, 3, 3];
const COUNT = 216;
/** Numbers that half floats of both kinds hold. */
const numbers = Float32Array.from({ length: COUNT }, (_, i) => i - 100);
const LEAD = 64; // bytes of something else

/** A weight in a file, as `dtype` writes it. */
function weight(b: GraphBuilder, dtype: "float32" | "float16" | "bfloat16"): Value {
  const upper = new Uint16Array(numbers.buffer).filter((_, i) => i % 2 === 1);
  const bytes = { float32: numbers, float16: Float16Array.from(numbers), bfloat16: upper }[dtype];
  const file = join(folder, dtype);
  writeFileSync(file, Buffer.concat([Buffer.alloc(LEAD, 7), Buffer.from(bytes.buffer)]));
  return b.weight("w", { file, offset: LEAD, length: bytes.byteLength, dtype, shape: SHAPE });
}

const turn = { starts: [2, 2], ends: [-4, -4], axes: [2, 3], steps: [-1, -1] };
const moves: Readonly<Record<string, (b: GraphBuilder, w: Value) => Value>> = {
  "a kernel turned round": (b, w) => b.transpose(b.op("Slice", [w], turn), [1, 0, 2, 3]),
  "one transposed and then turned": (b, w) => b.op("Slice", [b.transpose(w, [1, 0, 2, 3])], turn),
  "every second row of a matrix, transposed": (b, w) =>
    b.transpose(b.op("Slice", [b.reshape(w, [24, 9])], { starts: [1], ends: [24], axes: [0], steps: [2] }), [1, 0]),
  "a part with axes of one element": (b, w) => b.transpose(b.reshape(b.slice(w, 0, 2, 3), [6, 1, 9]), [2, 1, 0]),
};

describe("a weight is read in the order in which operators would put it", () => {
  for (const [name, move] of Object.entries(moves)) {
    for (const dtype of ["float32", "float16", "bfloat16"] as const) {
      test(`${name}, of ${dtype}`, () => {
        const b = new GraphBuilder();
        const moved = move(b, weight(b, dtype));
        b.output("y", b.mul(b.input("x", "float32", []), moved));
        const out = takeOutMoved(b.build());
        expect(out.graph.weights.size).toBe(0);
        expect(out.graph.nodes.map(({ op }) => op)).toEqual(["Mul"]);
        const [read] = [...readMoved(out.moved).values()];

        const known = new GraphBuilder();
        known.output("y", move(known, known.input("w", "float32", SHAPE)));
        const expected = evaluateGraph(known.build(), { w: Float64Array.from(numbers) }).get("y");
        expect(read?.shape).toEqual(expected?.shape);
        expect([...(read?.data ?? [])]).toEqual([...(expected?.data ?? [])]);
        giveBack(out.moved.values());
      });
    }
  }
});

test("half floats that are only widened are read as such, and float32 in its own order stays in its file", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", []);
  b.output("halves", b.mul(x, weight(b, "float16")));
  b.output("whole", b.mul(x, b.reshape(weight(b, "float32"), [COUNT])));
  const { graph, moved } = takeOutMoved(b.build());
  expect([...moved.values()].map((one) => one.weight.dtype)).toEqual(["float16"]);
  expect([...graph.weights.values()].map(({ dtype }) => dtype)).toEqual(["float32"]);
  giveBack(moved.values());
});

test("what is computed from a moved weight alone is left to the runtime, as is what no order of elements says", () => {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", []);
  const turned = moves["a kernel turned round"]?.(b, weight(b, "float32")) ?? x;
  b.output("sums", b.mul(x, b.sum(turned, [0])));
  b.output("again", b.mul(x, b.reshape(turned, [COUNT])));
  const { graph, moved } = takeOutMoved(b.build());
  expect([...moved.keys()]).toEqual([]);
  expect(graph.weights.size).toBe(1);
});

test("two readers share one copy, which is gone when both have given it back", () => {
  const b = new GraphBuilder();
  b.output("y", b.mul(b.input("x", "float32", []), b.transpose(weight(b, "float32"), [1, 0, 2, 3])));
  const { moved } = takeOutMoved(b.build());
  const [first, second] = [readMoved(moved), readMoved(moved)].map((read) => [...read.values()][0]);
  expect(first).toBe(second);
  giveBack(moved.values());
  expect(first?.data.length).toBe(COUNT);
  giveBack(moved.values());
  expect(first?.data.length).toBe(0);
  expect([...readMoved(moved).values()][0]?.data.length).toBe(COUNT);
  giveBack(moved.values());
});

test("a file that is shorter than its weight is an error", () => {
  const b = new GraphBuilder();
  b.output("y", b.mul(b.input("x", "float32", []), b.transpose(weight(b, "float32"), [1, 0, 2, 3])));
  const { moved } = takeOutMoved(b.build());
  const file = join(folder, "float32");
  writeFileSync(file, readFileSync(file).subarray(0, 500));
  expect(() => readMoved(moved)).toThrow("ends within a weight");
});
