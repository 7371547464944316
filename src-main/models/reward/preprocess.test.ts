import { expect, test } from "vitest";
import { evaluateGraph } from "../../compiler/evaluate-graph.ts";
import { GraphBuilder } from "../../compiler/graph-builder.ts";
import { preprocess, type Preprocessing, printPreprocessing, usualPreprocessing } from "./preprocess.ts";

const plain: Preprocessing = { ...usualPreprocessing(4), normalise: null };

/** The red rows of a prepared picture of `height`×`width` pixels, each with its column number over 8 (or that of its row). */
function redRows(preprocessing: Preprocessing, height: number, width: number, along: "column" | "row" = "column") {
  const b = new GraphBuilder();
  const image = b.input("image", "float32", [1, 3, height, width]);
  b.output("out", preprocess(b, image, preprocessing));
  const pixels = Float64Array.from({ length: 3 * height * width }, (_, i) => {
    const place = along === "column" ? i % width : Math.floor(i / width) % height;
    // In −1…1, as the decoder gives it.
    return place / 4 - 1;
  });
  const out = evaluateGraph(b.build(), { image: pixels }).get("out");
  const [, , rows = 0, columns = 0] = out?.shape ?? [];
  return Array.from({ length: rows }, (_, row) => [...(out?.data ?? [])].slice(row * columns, (row + 1) * columns));
}

test("a picture of the right size stays as it is, in 0…1", () => {
  expect(redRows(plain, 4, 4)[0]).toEqual([0, 1 / 8, 2 / 8, 3 / 8]);
});

test("of a wide picture the middle is taken", () => {
  expect(redRows(plain, 4, 8)[0]).toEqual([2 / 8, 3 / 8, 4 / 8, 5 / 8]);
});

test("an odd border is cut as Python rounds, or rounded down", () => {
  // 7 − 4 = 3: torchvision rounds 1.5 to the even 2, transformers takes 1.
  expect(redRows(plain, 4, 7)[0]?.[0]).toBe(2 / 8);
  expect(redRows({ ...plain, middle: "transformers" }, 4, 7)[0]?.[0]).toBe(1 / 8);
});

test("with the longest side fitted, the rest is black and nothing is cut", () => {
  const rows = redRows({ ...plain, resize: { longest: 4 } }, 1, 4);
  expect(rows).toEqual([
    [0, 0, 0, 0],
    [0, 1 / 8, 2 / 8, 3 / 8],
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
});

test("a picture may be stretched to a height and width", () => {
  const rows = redRows({ ...plain, resize: { height: 4, width: 4 } }, 4, 8, "row");
  expect(rows.map(([first = NaN]) => Math.round(first * 8))).toEqual([0, 1, 2, 3]);
});

test("colours are normalised after the border is added: black is not grey", () => {
  const normalise = { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] };
  expect(redRows({ ...plain, resize: { longest: 4 }, normalise }, 1, 4)[0]).toEqual([-2, -2, -2, -2]);
});

test("preparation is told in words", () => {
  expect(printPreprocessing(plain)).toBe("shortest side to 4 pixels, the middle 4×4; bicubic, antialiased");
  expect(printPreprocessing({ ...plain, resize: { longest: 4 }, antialias: false })).toBe(
    "longest side to 4 pixels, with a black border 4×4; bicubic, not antialiased",
  );
});
