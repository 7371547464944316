import { expect, test } from "vitest";
import { guide, rescaleGuided } from "./guidance.ts";

const unconditional = Float32Array.of(1, 2, -1, 0.5);
const conditional = Float32Array.of(2, 1, -1, 4.5);

test("a scale of 1 is the prompt alone, and 0 the negative alone", () => {
  expect(guide({ unconditional, conditional, scale: 1 })).toEqual(conditional);
  expect(guide({ unconditional, conditional, scale: 0 })).toEqual(unconditional);
});

test("beyond 1 the difference is carried on", () => {
  expect([...guide({ unconditional, conditional, scale: 3 })]).toEqual([4, -1, -1, 12.5]);
});

// Reference: rescale_noise_cfg of diffusers' Stable Diffusion pipeline on the same numbers, guidance 3, rescale 0.7.
test("rescaling brings the spread of each image back towards the conditional one, as diffusers does", () => {
  const guided = guide({ unconditional, conditional, scale: 3 });
  const rescaled = rescaleGuided({ guided, conditional, factor: 0.7, batch: 2 });
  const expected = [1.76, -0.44, -0.585185, 7.314815];
  rescaled.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? NaN, 5));
});

test("arrays that do not go together are our own mistake", () => {
  const short = unconditional.subarray(1);
  expect(() => guide({ unconditional: short, conditional, scale: 3 })).toThrow(/3 and 4 numbers do not go together/);
});
