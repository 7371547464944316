import { expect, it } from "vitest";
import { viewportThatShows } from "./bring-into-view.ts";

const pane = { width: 1000, height: 600 };
const now = { x: 0, y: 0, zoom: 1 };

it("what is seen already moves nothing", () => {
  expect(viewportThatShows({ x: 40, y: 40, width: 200, height: 100 }, now, pane)).toBe(now);
  expect(viewportThatShows({ x: 0, y: 500, width: 200, height: 100 }, now, pane)).toBe(now);
});

it("what is off screen is brought just inside, from each side", () => {
  expect(viewportThatShows({ x: -300, y: 100, width: 200, height: 100 }, now, pane)).toEqual({ x: 340, y: 0, zoom: 1 });
  expect(viewportThatShows({ x: 1000, y: 900, width: 200, height: 100 }, now, pane)).toEqual({
    x: -240,
    y: -440,
    zoom: 1,
  });
});

it("what is larger than the pane is made to fit, with all of it in view", () => {
  const box = { x: 0, y: 0, width: 4000, height: 400 };
  const { x, zoom } = viewportThatShows(box, now, pane);
  expect(zoom).toBeCloseTo(0.23);
  expect(x + box.x * zoom).toBeCloseTo(40);
  expect(x + (box.x + box.width) * zoom).toBeCloseTo(960);
});
