import { expect, test } from "vitest";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import type { ConvAttributes } from "../op-list.ts";
import { expectSameResults } from "../testing/expect-same-results.ts";
import { verifyGraph } from "../verify-graph.ts";
import { usePlainKernels } from "./plain-kernels.ts";
import { removeDead } from "./remove-dead.ts";

const SAME: ConvAttributes = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };

interface Form {
  readonly image?: readonly number[];
  readonly kernel?: readonly number[];
  readonly conv?: ConvAttributes;
}

/** The gradient of a convolution to its image. */
function gradientOf({ image = [1, 4, 3, 4], kernel = [5, 4, 3, 3], conv = SAME }: Form = {}): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", image);
  const y = b.op("Conv", [x, b.input("w", "float32", kernel), null], conv);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  return removeDead(b.build());
}

function opsOf(graph: Graph): readonly string[] {
  return graph.nodes.map(({ op }) => op);
}

test.each<[string, Form]>([
  ["3×3", {}],
  ["several images", { image: [2, 4, 2, 2] }],
  ["1×1", { image: [1, 4, 2, 1], kernel: [5, 4, 1, 1], conv: { ...SAME, pads: [0, 0, 0, 0] } }],
  ["other paddings on each side", { conv: { ...SAME, pads: [0, 1, 2, 0] } }],
  ["dilation", { image: [1, 4, 5, 6], conv: { ...SAME, pads: [2, 1, 2, 1], dilations: [2, 1] } }],
  [
    "frames, of which the kernel reads three",
    {
      image: [1, 4, 5, 1, 2],
      kernel: [5, 4, 3, 1, 1],
      conv: { strides: [1, 1, 1], pads: [1, 0, 0, 1, 0, 0], dilations: [1, 1, 1], group: 1 },
    },
  ],
])("%s: the gradient by a plain kernel is that by the turned one", (_, form) => {
  const graph = gradientOf(form);
  const plain = removeDead(usePlainKernels(graph));
  expect(opsOf(graph)).toContain("Transpose");
  expect(opsOf(plain)).toEqual(["ConvTranspose"]);
  expect(verifyGraph(plain)).toEqual([]);
  expectSameResults(graph, plain, 10);
});

test("a kernel that is smaller than the image is turned round", () => {
  const graph = gradientOf({ image: [1, 4, 6, 7] });
  expect(opsOf(usePlainKernels(graph))).toEqual(["Slice", "Transpose", "Conv"]);
});

test.each<[string, ConvAttributes]>([
  ["strides", { ...SAME, strides: [2, 2] }],
  ["more padding than taps", { ...SAME, pads: [3, 3, 3, 3] }],
  ["groups", { ...SAME, group: 2 }],
])("a convolution by a turned kernel that is no gradient is left as it is: %s", (_, conv) => {
  const b = new GraphBuilder();
  const w = b.input("w", "float32", [4 / conv.group, 6, 3, 3]);
  const turn = { starts: [2, 2], ends: [-4, -4], axes: [2, 3], steps: [-1, -1] };
  const kernel = b.transpose(b.op("Slice", [w], turn), [1, 0, 2, 3]);
  b.output("y", b.op("Conv", [b.input("x", "float32", [1, 4, 3, 3]), kernel, null], conv));
  const graph = b.build();
  expect(opsOf(usePlainKernels(graph))).toEqual(opsOf(graph));
});

test("a kernel is known for a turned one only if all of its taps and channels are", () => {
  const taps = { starts: [2], ends: [-4], axes: [2], steps: [-1] };
  for (const isHalfTurned of [true, false]) {
    const b = new GraphBuilder();
    const w = b.input("w", "float32", [4, 6, 3, 3]);
    const kernel = isHalfTurned ? b.transpose(b.op("Slice", [w], taps), [1, 0, 2, 3]) : b.transpose(w, [1, 0, 2, 3]);
    b.output("y", b.op("Conv", [b.input("x", "float32", [1, 4, 3, 3]), kernel, null], SAME));
    expect(opsOf(usePlainKernels(b.build()))).toContain("Conv");
  }
});
