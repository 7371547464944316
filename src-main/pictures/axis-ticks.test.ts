import { expect, test } from "vitest";
import { niceAxis } from "./axis-ticks.ts";

test("an axis holds its data and ends at round numbers", () => {
  expect(niceAxis(0.212, 0.247, 5)).toEqual({
    low: 0.21,
    high: 0.25,
    ticks: [0.21, 0.22, 0.23, 0.24, 0.25],
    decimals: 2,
  });
  expect(niceAxis(-0.2, 0.19, 5).ticks).toEqual([-0.2, -0.1, 0, 0.1, 0.2]);
  expect(niceAxis(-1234, 5678, 4)).toMatchObject({ low: -2000, high: 6000, decimals: 0 });
});

test("a tight axis ends with the data, and its ticks lie within", () => {
  expect(niceAxis(0, 115, 8, { isTight: true })).toMatchObject({ low: 0, high: 115, ticks: [0, 20, 40, 60, 80, 100] });
});

test("steps are never divided", () => {
  expect(niceAxis(0, 3, 8, { isTight: true, smallestStep: 1 }).ticks).toEqual([0, 1, 2, 3]);
});

test("a flat line lies inside an axis, whatever its value", () => {
  for (const value of [0, 0.25, -3, 1e6]) {
    const { low, high, ticks } = niceAxis(value, value, 5);
    expect(low, String(value)).toBeLessThan(value);
    expect(high, String(value)).toBeGreaterThan(value);
    expect(ticks.length, String(value)).toBeGreaterThanOrEqual(2);
  }
});

test("over many ranges the ticks ascend, differ when printed and stay few", () => {
  for (let power = -6; power <= 6; power++) {
    for (const [from, to] of [
      [0.13, 0.97],
      [-1, 1],
      [7.77, 7.79],
      [-0.5, 12],
    ] as const) {
      const { ticks, low, high, decimals } = niceAxis(from * 10 ** power, to * 10 ** power, 5);
      const printed = ticks.map((tick) => tick.toFixed(decimals));
      expect(new Set(printed).size).toBe(ticks.length);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(low).toBeLessThanOrEqual(from * 10 ** power * (1 + 1e-12 * Math.sign(from)));
      expect(high).toBeGreaterThanOrEqual(to * 10 ** power * (1 - 1e-12 * Math.sign(to)));
    }
  }
});

test("data that is not finite is our own fault", () => {
  expect(() => niceAxis(NaN, 1, 5)).toThrow("no axis");
  expect(() => niceAxis(0, Infinity, 5)).toThrow("no axis");
});
