import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { floatTensor } from "../../common/tensor.ts";
import { readWeights } from "../../weights/read-weights.ts";
import { writeSafetensors } from "../../weights/safetensors.ts";
import { readAffineHead } from "./affine-head.ts";

let file = "";
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "affine-head-")), "head.safetensors");
});
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

type Layer = readonly [weight: readonly (readonly number[])[], bias: readonly number[]];

/** Layers by their place. */
function write(layers: Readonly<Record<number, Layer>>) {
  const tensors = Object.entries(layers).flatMap(([place, [weight, bias]]) => [
    [`layers.${place}.weight`, floatTensor([weight.length, weight[0]?.length ?? 0], Float32Array.from(weight.flat()))],
    [`layers.${place}.bias`, floatTensor([bias.length], Float32Array.from(bias))],
  ]);
  writeSafetensors(file, Object.fromEntries(tensors));
  return { file, tensors: readWeights(file) };
}

const layers: Readonly<Record<number, Layer>> = {
  0: [
    [
      [1, 2, 3],
      [0, 1, -1],
    ],
    [1, 2],
  ],
  2: [
    [
      [1, 1],
      [2, 0],
    ],
    [0, 1],
  ],
  4: [[[1, -1]], [5]],
  6: [[[2]], [0]],
  7: [[[3]], [1]],
};

test("a stack of linear layers is one affine map", () => {
  // By hand: h = (x₀+2x₁+3x₂+1, x₁−x₂+2); (h₀+h₁, 2h₀+1); h₁−h₀+4; times 6, plus 1
  const { weight, bias } = readAffineHead(write(layers));
  expect([...weight]).toEqual([-6, -6, -24]);
  expect(bias).toBe(31);
});

test("layers that stand where an activation would push them are refused", () => {
  const { 0: first, 2: second, ...rest } = layers;
  if (first === undefined || second === undefined) throw new Error("the sample has its first layers");
  expect(() => readAffineHead(write({ 0: first, 3: second, ...rest }))).toThrow(/layers at 0, 3, 4, 6, 7/);
});

test("layers that do not fit each other are refused", () => {
  expect(() => readAffineHead(write({ ...layers, 2: [[[1, 1, 1]], [0]] }))).toThrow(/a layer to 2 numbers .* has 1/);
});
