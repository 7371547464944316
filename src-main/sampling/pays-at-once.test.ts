import { expect, test } from "vitest";
import { paysAtOnce } from "./pays-at-once.ts";

test.each([
  ["four images of 16×16", 4, [4, 16, 16], true],
  ["one of 32×32", 1, [4, 32, 32], true],
  ["five of 16×16", 5, [4, 16, 16], false],
  ["one of 64×64", 1, [4, 64, 64], false],
  ["five frames of 16×16", 1, [4, 5, 16, 16], false],
])("a processor asks for %s at once only where they are small; a GPU always does", (_, batch, latent, pays) => {
  expect(paysAtOnce("cpu", batch, { latent })).toBe(pays);
  expect(paysAtOnce("webgpu", batch, { latent })).toBe(true);
});
