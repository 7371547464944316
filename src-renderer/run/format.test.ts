import { expect, test } from "vitest";
import { printBytes, printCount, printFlops, printSeconds, printSecondsLeft } from "./format.ts";

test("sizes are counted in powers of 1000", () => {
  expect([0, 999, 1000, 34_500_000, 11_300_000_000].map(printBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "34.5 MB",
    "11.3 GB",
  ]);
});

test("times are as exact as one needs them", () => {
  expect([0.416, 0.998, 3.14, 9.97, 12.4, 59.6, 200, 7195, 7500].map(printSeconds)).toEqual([
    "0.42 s",
    "1.0 s",
    "3.1 s",
    "10 s",
    "12 s",
    "1 min 0 s",
    "3 min 20 s",
    "2 h 0 min",
    "2 h 5 min",
  ]);
});

test("time that is left is told in whole seconds, at least one", () => {
  expect([0.07, 3.14, 59.6, 200].map(printSecondsLeft)).toEqual(["1 s", "3 s", "1 min 0 s", "3 min 20 s"]);
});

test("work and counts keep one digit where they are no whole numbers", () => {
  expect([2_500_000, 3.2e9, 1.5e12].map(printFlops)).toEqual(["2.5 MFLOP", "3.2 GFLOP", "1.50 TFLOP"]);
  expect([8, 2.5].map(printCount)).toEqual(["8", "2.5"]);
});
