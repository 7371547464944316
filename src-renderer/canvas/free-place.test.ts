import { expect, it } from "vitest";
import { freePlace } from "./free-place.ts";
import { overlap } from "./node-boxes.ts";

const size = { width: 100, height: 40 };
const at = (x: number, y: number) => ({ x, y, ...size });

it("where there is room, nothing is moved", () => {
  expect(freePlace(at(7, 3), [])).toEqual({ x: 7, y: 3 });
  expect(freePlace(at(7, 3), [at(127, 3)], 20)).toEqual({ x: 7, y: 3 });
});

it("on something else it moves the shortest way, and down where up is as near", () => {
  expect(freePlace(at(0, 0), [at(0, 0)], 20)).toEqual({ x: 0, y: 60 });
  expect(freePlace(at(0, -5), [at(0, 0)], 20)).toEqual({ x: 0, y: -60 });
  expect(freePlace(at(90, 0), [at(0, 0)], 20)).toEqual({ x: 120, y: 0 });
});

it("a gap that is just large enough is filled", () => {
  const wall = [at(0, -60), at(0, 0), at(0, 120)];
  expect(freePlace(at(0, 0), wall, 20)).toEqual({ x: 0, y: 60 });
});

it("a hundred things at one place come to lie side by side, and none on another", () => {
  const placed = [at(0, 0)];
  for (let i = 1; i < 100; i++) placed.push({ ...size, ...freePlace(at(0, 0), placed) });
  for (const [i, box] of placed.entries())
    expect(placed.slice(i + 1).filter((other) => overlap(box, other, 19))).toEqual([]);
  // As near as they can be: no row or column goes on for ever.
  expect(Math.max(...placed.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(900);
});

it("in the middle of a thousand it finds the edge of them", () => {
  const many = Array.from({ length: 900 }, (_, i) => at((i % 30) * 110, Math.floor(i / 30) * 50));
  expect(freePlace(at(1600, 1300), many)).toEqual({ x: 1600, y: 29 * 50 + 40 + 20 });
});
