import { expect, test } from "vitest";
import { countFlops } from "./cost.ts";
import { GraphBuilder } from "./graph-builder.ts";
import type { Value } from "./graph.ts";

function flopsOf(build: (b: GraphBuilder) => Value): number {
  const b = new GraphBuilder();
  b.output("y", build(b));
  return countFlops(b.build());
}

test("a matrix product takes two operations for each product", () => {
  const shapes = [
    [3, 5, 7],
    [7, 11],
  ] as const;
  expect(flopsOf((b) => b.matmul(b.input("x", "float32", shapes[0]), b.input("y", "float32", shapes[1])))).toBe(
    2 * 3 * 5 * 7 * 11,
  );
});

test("a transposed Gemm counts the axis that is summed over", () => {
  expect(
    flopsOf((b) =>
      b.op("Gemm", [b.input("x", "float32", [7, 5]), b.input("y", "float32", [11, 7]), null], { transA: 1, transB: 1 }),
    ),
  ).toBe(2 * 5 * 7 * 11);
});

test("a convolution and its transpose take as many operations as each other", () => {
  const geometry = { strides: [2, 2], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 };
  const forward = flopsOf((b) =>
    b.op("Conv", [b.input("x", "float32", [1, 3, 8, 8]), b.input("w", "float32", [5, 3, 2, 2]), null], geometry),
  );
  const backward = flopsOf((b) =>
    b.op("ConvTranspose", [b.input("y", "float32", [1, 5, 4, 4]), b.input("w", "float32", [5, 3, 2, 2]), null], {
      ...geometry,
      output_padding: [0, 0],
    }),
  );
  expect(forward).toBe(2 * 5 * 4 * 4 * 3 * 2 * 2);
  expect(backward).toBe(forward);
});
