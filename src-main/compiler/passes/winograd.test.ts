import { expect, test } from "vitest";
import { countFlops } from "../cost.ts";
import { appendGradient } from "../gradient.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { Graph } from "../graph.ts";
import { expectSameResults } from "../testing/expect-same-results.ts";
import { verifyGraph } from "../verify-graph.ts";
import { removeDead } from "./remove-dead.ts";
import { useWinograd, type WinogradLimits } from "./winograd.ts";

const ALWAYS: WinogradLimits = { leastChannels: 1, leastTiles: 1, mostElements: 2 ** 23 };
/** One row of tiles in a band. */
const BANDS = { ...ALWAYS, mostElements: 1 };

interface Form {
  readonly batch?: number;
  readonly height?: number;
  readonly width?: number;
  readonly conv?: {
    readonly strides: number[];
    readonly pads: number[];
    readonly dilations: number[];
    readonly group: number;
  };
}

const SAME = { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], group: 1 };

/** An image of 2 channels, convolved to 3, and the gradient to it. */
function convolved({ batch = 1, height = 8, width = 12, conv = SAME }: Form = {}): Graph {
  const b = new GraphBuilder();
  const x = b.input("x", "float32", [batch, 2, height, width]);
  const weights = [b.input("w", "float32", [3, 2, 3, 3]), b.input("bias", "float32", [3])] as const;
  const y = b.op("Conv", [x, ...weights], conv);
  b.output("y", y);
  const [gradient] = appendGradient(b, [{ value: y, cotangent: b.input("ct", "float32", y.shape) }], [x]);
  b.output("gradient", gradient ?? x);
  return removeDead(b.build());
}

test.each([
  ["whole tiles", {}, ALWAYS],
  ["an image that no whole tiles fit", { height: 7, width: 9 }, ALWAYS],
  ["an image smaller than a tile", { height: 2, width: 3 }, ALWAYS],
  ["several images", { batch: 3, height: 5, width: 8 }, ALWAYS],
  ["bands of rows", { height: 12 }, BANDS],
  ["several images, in bands of rows that no whole tiles fit", { batch: 2, height: 11, width: 6 }, BANDS],
])("%s: a convolution and its gradient are what they were", (_, form, limits) => {
  const graph = convolved(form);
  const fast = removeDead(useWinograd(graph, limits));
  expect(verifyGraph(fast)).toEqual([]);
  expect(fast.nodes.filter(({ op }) => op === "MatMul").length).toBeGreaterThanOrEqual(2);
  expectSameResults(graph, fast, 9);
});

test("kernels that the gradient turns round are read as they lie", () => {
  const ops = removeDead(useWinograd(convolved(), ALWAYS)).nodes.map(({ op }) => op);
  expect(ops.filter((op) => op === "Slice")).toHaveLength(2); // Only the corners that the kernels wait for.
});

test("products of channels are a quarter of what they were", () => {
  const b = new GraphBuilder();
  const [x, w] = [b.input("x", "float32", [1, 512, 64, 64]), b.input("w", "float32", [512, 512, 3, 3])];
  b.output("y", b.op("Conv", [x, w, null], SAME));
  const graph = b.build();
  const products = ({ nodes, ...rest }: Graph): Graph => ({
    ...rest,
    nodes: nodes.filter(({ op }) => op === "MatMul"),
  });
  expect(countFlops(products(useWinograd(graph))) / countFlops(graph)).toBeCloseTo(1 / 4);
});

test.each([
  ["other strides", { conv: { ...SAME, strides: [2, 2] } }, ALWAYS],
  ["other paddings", { conv: { ...SAME, pads: [0, 0, 1, 1] } }, ALWAYS],
  ["few channels", {}, { ...ALWAYS, leastChannels: 96 }],
  ["small images", {}, { ...ALWAYS, leastTiles: 128 }],
])("%s: a convolution is left as it is", (_, form, limits) => {
  const graph = convolved(form);
  expect(useWinograd(graph, limits).nodes.map(({ op }) => op)).toEqual(graph.nodes.map(({ op }) => op));
});

function opsOf(channels: number, side: number): readonly string[] {
  const b = new GraphBuilder();
  const [x, w] = [b.input("x", "float32", [1, channels, side, side]), b.input("w", "float32", [640, channels, 3, 3])];
  b.output("y", b.op("Conv", [x, w, null], SAME));
  return useWinograd(b.build()).nodes.map(({ op }) => op);
}

test("images of 32×32 are convolved so, of 24×24 plainly", () => {
  expect(opsOf(320, 32)).toContain("MatMul");
  expect(opsOf(320, 24)).toEqual(["Conv"]);
});

test("kernels that are larger than what lies between are read once, not for every band", () => {
  expect(opsOf(1920, 32).filter((op) => op === "MatMul")).toHaveLength(1);
});

test("all convolutions of a graph share the constants of the algorithm", () => {
  const b = new GraphBuilder();
  let y = b.input("x", "float32", [1, 2, 12, 8]);
  const w = b.input("w", "float32", [2, 2, 3, 3]);
  for (let layer = 0; layer < 3; layer++) y = b.op("Conv", [y, w, null], SAME);
  b.output("y", y);
  const shapes = [...removeDead(useWinograd(b.build(), BANDS)).constants.values()].map(({ shape }) => shape.join());
  expect(shapes.toSorted()).toEqual(["", "36,1,4,4", "36,1,6,6", "36,9"]);
});
