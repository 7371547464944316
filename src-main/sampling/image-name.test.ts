import { expect, test } from "vitest";
import { imageName } from "./image-name.ts";

test.each([
  [0, "A red apple, on a white table!", 3, "001-a-red-apple-on-a-white-seed3"],
  [1000, "cat", 1000, "1001-cat-seed1000"],
  [1, "赤いりんご", 0, "002-seed0"],
  [2, "x".repeat(300), 0, `003-${"x".repeat(120)}-seed0`],
])("image %i of “%s” from seed %i has a name that every system takes", (place, prompt, seed, name) => {
  expect(imageName(place, { prompt, seed })).toBe(name);
});
