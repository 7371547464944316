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

test("a wire that is led back turns round in two bends, and runs straight between them", () => {
  const points = [
    { x: 300, y: 0 },
    { x: 290, y: 80 },
    { x: 20, y: 80 },
    { x: 30, y: 160 },
  ];
  const [out, back, home] = curvesThrough(points);
  // A half turn to the right of the output, to the left along the bends, and a half turn to the left of the input.
  expect(out).toMatchObject({ leave: { x: 340 }, reach: { x: 330, y: 80 } });
  expect(back).toMatchObject({ leave: { x: 155, y: 80 }, reach: { x: 155, y: 80 } });
  expect(home).toMatchObject({ leave: { x: -20 }, reach: { x: -10, y: 160 } });
});

test("a half turn stays between two columns of nodes, however high it is", () => {
  const [turn] = curvesThrough([
    { x: 0, y: 0 },
    { x: -10, y: 900 },
    { x: -400, y: 900 },
  ]);
  expect(turn?.leave.x).toBe(56);
});
