import { expect, test } from "vitest";
import { wireThrough } from "./wire-hit.ts";
import { curvesThrough, pointsAlong } from "./wire-path.ts";

const wireAt = (id: string, y: number) => ({
  id,
  points: pointsAlong(
    curvesThrough([
      { x: 0, y },
      { x: 600, y },
    ]),
    32,
  ),
});

test("a box lies on the wire that runs nearest to its middle", () => {
  const wires = [wireAt("high", 10), wireAt("low", 60)];
  expect(wireThrough(wires, { x: 200, y: 0, width: 200, height: 100 })).toBe("low");
  expect(wireThrough(wires, { x: 200, y: -60, width: 200, height: 100 })).toBe("high");
});

test("a box beside all wires lies on none", () => {
  expect(wireThrough([wireAt("high", 10)], { x: 200, y: 40, width: 200, height: 100 })).toBeNull();
});
