import { expect, test } from "vitest";
import { composedSize, usualScale } from "./compose.ts";

test("tracks lie side by side with white between them, all of it enlarged by whole pixels", () => {
  expect(composedSize(1, { width: 64, height: 64 }, 1)).toEqual({ width: 64, height: 64 });
  expect(composedSize(3, { width: 64, height: 64 }, 1)).toEqual({ width: 200, height: 64 });
  expect(composedSize(3, { width: 64, height: 64 }, 4)).toEqual({ width: 800, height: 256 });
});

test("small videos are enlarged to what one can look at, and large ones are left as they are", () => {
  expect(usualScale({ width: 64, height: 64 })).toBe(4);
  expect(usualScale({ width: 256, height: 256 })).toBe(1);
  expect(usualScale({ width: 512, height: 320 })).toBe(1);
  expect(usualScale({ width: 8, height: 8 })).toBe(8);
});
