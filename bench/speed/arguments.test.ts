import { expect, test } from "vitest";
import { readArguments, WrongUse } from "./arguments.ts";
import { CASE_NAMES } from "./cases.ts";

test("without a name all cases are meant, and by the beginning of names several", () => {
  expect(readArguments([])?.cases).toEqual(CASE_NAMES);
  expect(readArguments(["gradient", "text-encoder"])?.cases).toEqual([
    "gradient-256",
    "gradient-512",
    "gradient-512-less-memory",
    "text-encoder",
  ]);
  expect(readArguments(["gradient-512"])?.cases).toEqual(["gradient-512"]);
});

test("a profile is of cases in which something is run once", () => {
  expect(readArguments(["--profile", "growth", "unet"])?.cases).toEqual(["unet-256", "unet-512"]);
});

test.each([
  [["--profile", "--device", "webgpu"]],
  [["nothing"]],
  [["--device", "abacus"]],
  [["--rounds", "none"]],
  [["--unknown"]],
])("%j is wrong use, and says so", (words) => {
  expect(() => readArguments(words)).toThrow(WrongUse);
});
