import { describe, expect, test } from "vitest";
import { normalNoise, shuffle, uniformInteger } from "./noise.ts";
import { philox, type Words4 } from "./philox.ts";

// From Random123's list of known answers (kat_vectors, "philox4x32 10").
describe("philox gives the published words", () => {
  const hex = (words: Words4): string[] => words.map((word) => word.toString(16).padStart(8, "0"));

  test("for zeros", () => {
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toEqual(["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]);
  });

  test("for ones", () => {
    const ones = 0xffffffff;
    expect(hex(philox([ones, ones, ones, ones], [ones, ones]))).toEqual([
      "408f276d",
      "41c83b0e",
      "a20bc7c6",
      "6d5451fd",
    ]);
  });

  test("for the digits of π", () => {
    const counter: Words4 = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
    expect(hex(philox(counter, [0xa4093822, 0x299f31d0]))).toEqual(["d16cfe09", "94fdcceb", "5001e420", "24126ea1"]);
  });
});

describe("normal noise", () => {
  const count = 200_000;
  const noise = normalNoise({ seed: 7, path: [1] }, count);
  const moment = (power: number): number => noise.reduce((sum, value) => sum + value ** power, 0) / count;

  // Tolerances are five standard errors: of the mean √(1/n), of the others √(2/n), √(15/n), √(96/n).
  test.each([
    ["mean", 1, 0, 1],
    ["variance", 2, 1, 2],
    ["skewness", 3, 0, 15],
    ["kurtosis", 4, 3, 96],
  ] as const)("has the %s of the normal distribution", (_, power, expected, spread) => {
    expect(Math.abs(moment(power) - expected)).toBeLessThan(5 * Math.sqrt(spread / count));
  });

  test("follows the normal distribution function", () => {
    // Φ at the quartiles and at 2: shares known from tables.
    for (const [limit, share] of [
      [-0.67449, 0.25],
      [0, 0.5],
      [0.67449, 0.75],
      [2, 0.97725],
    ] as const) {
      const below = noise.filter((value) => value < limit).length / count;
      expect(Math.abs(below - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / count));
    }
  });

  test("has neighbours that do not depend on each other", () => {
    for (const lag of [1, 2, 3, 4]) {
      const products = noise.subarray(lag).reduce((sum, value, index) => sum + value * (noise[index] ?? 0), 0);
      expect(Math.abs(products / count)).toBeLessThan(5 / Math.sqrt(count));
    }
  });

  test("is the same however it is split", () => {
    const stream = { seed: 2 ** 40 + 3, path: [5, 6, 7] } as const;
    const whole = normalNoise(stream, 100);
    for (const cut of [1, 4, 7, 50, 99]) {
      expect([...normalNoise(stream, cut), ...normalNoise(stream, 100 - cut, cut)]).toEqual([...whole]);
    }
  });

  test("differs with every part of the stream", () => {
    const streams = [
      { seed: 0, path: [0] },
      { seed: 1, path: [0] },
      { seed: 2 ** 32, path: [0] },
      { seed: 0, path: [1] },
      { seed: 0, path: [0, 1] },
      { seed: 0, path: [0, 0, 1] },
    ] as const;
    const first = streams.map((stream) => normalNoise(stream, 1)[0]);
    expect(new Set(first).size).toBe(streams.length);
  });
});

test("uniform whole numbers are equally frequent", () => {
  const counts = [0, 0, 0, 0, 0];
  const draws = 50_000;
  for (let index = 0; index < draws; index += 1) {
    const drawn = uniformInteger({ seed: 3, path: [2] }, counts.length, index);
    counts[drawn] = (counts[drawn] ?? NaN) + 1;
  }
  for (const count of counts) expect(Math.abs(count - draws / 5)).toBeLessThan(5 * Math.sqrt(draws * 0.2 * 0.8));
});

describe("shuffling", () => {
  test("keeps every item and leaves the list itself alone", () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    const shuffled = shuffle({ seed: 1, path: [0] }, items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });

  test("gives every order equally often", () => {
    const orders = new Map<string, number>();
    const draws = 12_000;
    for (let seed = 0; seed < draws; seed += 1) {
      const order = shuffle({ seed, path: [9] }, ["a", "b", "c"]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values())
      expect(Math.abs(count - draws / 6)).toBeLessThan(5 * Math.sqrt((draws * 5) / 36));
  });
});
