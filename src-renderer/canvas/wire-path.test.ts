import { expect, test } from "vitest";
import { curvesThrough, middleOf, pathOf, pointsAlong } from "./wire-path.ts";

const FROM = { x: 0, y: 0 };
const TO = { x: 100, y: 40 };

test("a wire begins at its output and ends at its input", () => {
  const path = pathOf(curvesThrough([FROM, TO]));
  expect(path).toBe("M 0,0 C 50,0 50,40 100,40");
});

test("a wire goes through its bends", () => {
  const bend = { x: 30, y: 200 };
  const points = pointsAlong(curvesThrough([FROM, bend, TO]), 8);
  expect(points).toHaveLength(17);
  expect(points[0]).toEqual(FROM);
  expect(points[8]).toEqual(bend);
  expect(points.at(-1)).toEqual(TO);
});

test("a wire that runs backwards leaves its output forwards all the same", () => {
  const [curve] = curvesThrough([FROM, { x: -400, y: 0 }]);
  expect(curve?.leave).toEqual({ x: 125, y: 0 });
  expect(curve?.reach).toEqual({ x: -525, y: 0 });
});

test("the middle of a straight wire is halfway", () => {
  expect(middleOf(curvesThrough([FROM, { x: 100, y: 0 }]))).toEqual({ x: 50, y: 0 });
});
