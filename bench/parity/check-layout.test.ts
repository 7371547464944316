// One layout of each model in full; all of them are in `npm run parity`.

import { expect, test } from "vitest";
import { layoutChecks } from "./check-layout.ts";
import { isWithin } from "./compare.ts";

test.each([
  "layout sd1, single .safetensors",
  "layout sd2, single .ckpt",
  "layout sd1, single .safetensors, running means",
  "layout sd1, diffusers folder of .bin",
])("%s agrees with PyTorch within the limits", { timeout: 60_000 }, async (name) => {
  const figures =
    (await layoutChecks()
      .find((check) => check.name === name)
      ?.run()) ?? [];
  expect(figures.length).toBe(5);
  expect(figures.filter((figure) => !isWithin(figure))).toEqual([]);
});
