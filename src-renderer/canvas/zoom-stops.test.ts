import { expect, it } from "vitest";
import { MAX_ZOOM, MIN_ZOOM, nextStop, ZOOM_STOPS } from "./zoom-stops.ts";

it("stops follow each other by about the same factor", () => {
  for (const [i, stop] of ZOOM_STOPS.slice(1).entries()) {
    const factor = stop / (ZOOM_STOPS[i] ?? stop);
    expect(factor).toBeGreaterThanOrEqual(1.19);
    expect(factor).toBeLessThanOrEqual(1.52);
  }
});

it("a step in and one out lead back, from every stop", () => {
  for (const stop of ZOOM_STOPS.slice(1, -1)) expect(nextStop(nextStop(stop, 1), -1)).toBe(stop);
});

it("between two stops a step leads to the one or the other, and beyond the last to none", () => {
  expect(nextStop(0.6, 1)).toBe(0.67);
  expect(nextStop(0.6, -1)).toBe(0.5);
  expect(nextStop(0.9999, 1)).toBe(1.25);
  expect(nextStop(MAX_ZOOM, 1)).toBe(MAX_ZOOM);
  expect(nextStop(MIN_ZOOM, -1)).toBe(MIN_ZOOM);
});
