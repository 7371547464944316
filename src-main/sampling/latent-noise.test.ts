import { expect, test } from "vitest";
import { normalNoise } from "../diffusion/noise.ts";
import { latentNoise } from "./latent-noise.ts";

const own = { seed: 7, path: [4] } as const;
const streams = { own, shared: { seed: 7, path: [4, 0, 1] } } as const;
const shape = [4, 3, 32, 32];
const pixels = 32 * 32;

/** The noise of a frame's first channel. */
const frame = (noise: Float32Array, i: number): Float32Array => noise.subarray(i * pixels, (i + 1) * pixels);
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test("frames that share nothing, and pictures, have the noise of the stream", () => {
  expect(latentNoise(streams, shape, 0)).toEqual(normalNoise(own, 12 * pixels));
  expect(latentNoise(streams, [4, 32, 32], 0.9)).toEqual(normalNoise(own, 4 * pixels));
});

test("frames that share all are equal, and channels are not", () => {
  const noise = latentNoise(streams, shape, 1);
  expect(frame(noise, 2)).toEqual(frame(noise, 0));
  expect(frame(noise, 3)).not.toEqual(frame(noise, 0));
});

test("the noise of two frames correlates by the share, and its variance stays 1", () => {
  const noise = latentNoise(streams, shape, 0.9);
  const [a, b] = [frame(noise, 0), frame(noise, 1)];
  // 1,024 samples: the standard error of the variance is 0.044
  expect(mean(a.map((x) => x * x))).toBeCloseTo(1, 0);
  expect(mean(a.map((x, i) => x * (b[i] ?? NaN))) / mean(a.map((x) => x * x))).toBeGreaterThan(0.85);
  expect(mean(a.map((x, i) => (x - (b[i] ?? NaN)) ** 2))).toBeCloseTo(0.2, 1);
});
