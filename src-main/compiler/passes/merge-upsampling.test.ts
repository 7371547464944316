import { expect, test } from "vitest";
import { countFlops } from "../cost.ts";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import { expectSameResults } from "../testing/expect-same-results.ts";
import { mergeUpsampling } from "./merge-upsampling.ts";
import { removeDead } from "./remove-dead.ts";

const PLAIN = { pads: [1, 1, 1, 1], scales: [1, 1, 2, 2], size: 4 };

/** A doubled image [2, 2, size, size + 1], convolved to 3 channels, and the gradient to it. */
function upsampled({ pads, scales, size } = PLAIN): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [2, 2, size, size + 1]);
  const resized = b.op("Resize", [x], {
    roi: [],
    scales,
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  });
  const weights = [b.input("w", "float32", [3, 2, 3, 3]), b.input("bias", "float32", [3])] as const;
  const conv = { strides: [1, 1], pads, dilations: [1, 1], group: 1 };
  const y = b.op("Conv", [resized, ...weights], conv);
  b.output("y", y);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  return b.build();
}

function merge(graph: Graph): Graph {
  return removeDead(mergeUpsampling(graph));
}

test("a merged convolution and its gradient are what they were", () => {
  const graph = upsampled();
  const merged = merge(graph);
  expectSameResults(graph, merged, 10);
});

test("merged convolutions multiply four times where they multiplied nine times", () => {
  const images = ({ nodes, ...graph }: Graph): Graph => ({ ...graph, nodes: nodes.filter(({ op }) => op === "Conv") });
  const graph = removeDead(upsampled());
  expect(countFlops(images(merge(graph))) / countFlops(images(graph))).toBeCloseTo(4 / 9);
  const ops = merge(graph).nodes.map(({ op }) => op);
  expect(ops).not.toContain("Resize");
  expect(ops).not.toContain("ReduceSum");
});

test.each([
  ["other factors", { ...PLAIN, scales: [1, 1, 1, 2] }],
  ["other paddings", { ...PLAIN, pads: [0, 0, 1, 1] }],
  ["images smaller than the merged kernels", { ...PLAIN, size: 1 }],
])("%s are left as they are", (_, form) => {
  const ops = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op);
  const graph = removeDead(upsampled(form));
  expect(ops(merge(graph))).toEqual(ops(graph));
});

test("a convolution whose result is read elsewhere too is not computed twice", () => {
  const b = new GraphBuilder();
  const ct = b.input("ct", "float32", [1, 2, 8, 8]);
  const w = b.input("w", "float32", [2, 2, 3, 3]);
  const conv = b.op("Conv", [ct, w, null], { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 });
  b.output("full", conv);
  b.output("sums", b.sum(b.reshape(conv, [1, 2, 4, 2, 4, 2]), [3, 5], 0));
  expect(merge(b.build()).nodes.map(({ op }) => op)).toEqual(["Conv", "Reshape", "ReduceSum"]);
});
