import { expect, test } from "vitest";
import { cannyEdges } from "./canny.ts";
import type { Picture } from "./picture.ts";

function picture(width: number, height: number, brightness: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(3 * width * height).map((_, i) => {
    const pixel = Math.floor(i / 3);
    return brightness(pixel % width, Math.floor(pixel / width));
  });
  return { width, height, data };
}

/** Rows of the picture, an edge as #. */
function print({ width, height, data }: Picture): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => (data[3 * (y * width + x)] === 255 ? "#" : ".")).join(""),
  );
}

test("a border between black and white is an edge of one pixel", () => {
  expect(print(cannyEdges(picture(6, 3, (x) => (x < 3 ? 0 : 255))))).toEqual(["..#...", "..#...", "..#..."]);
});

test("a square has four sides", () => {
  const square = picture(8, 8, (x, y) => (x >= 2 && x < 6 && y >= 2 && y < 6 ? 255 : 0));
  const edges = print(cannyEdges(square));
  expect(edges[0]).toBe("........");
  expect(edges.slice(2, 6).every((row) => row.split("").filter((pixel) => pixel === "#").length >= 2)).toBe(true);
});

test("a slope too gentle is no edge, one of medium strength only where it touches a strong one", () => {
  expect(print(cannyEdges(picture(12, 2, (x) => x * 4))).join("")).not.toContain("#");
  // 30 levels make a gradient of 120 across: between the thresholds.
  const weak = picture(6, 8, (x) => (x < 3 ? 0 : 30));
  expect(print(cannyEdges(weak)).join("")).not.toContain("#");
  const touching = picture(6, 8, (x, y) => (x < 3 ? 0 : y < 3 ? 200 : 30));
  expect(print(cannyEdges(touching)).filter((row) => row.includes("#"))).toHaveLength(8);
});
