// Colours of a latent without its decoder: a linear map from the channels of an element to red, green and blue.

import { elementAt } from "../diffusion/element-at.ts";

/** For each of red, green and blue: a factor a channel, then a constant. Colours are in −1…1. */
export type ColourMap = readonly (readonly number[])[];

/** Of the autoencoder that Stable Diffusion 1 and 2 share, for latents as the UNet sees them; fitted by the authors of ComfyUI. */
export const STABLE_DIFFUSION_COLOURS: ColourMap = [
  [0.3512, 0.325, -0.2829, -0.212, 0],
  [0.2297, 0.4974, 0.1762, -0.2616, 0],
  [0.3227, 0.235, 0.2721, -0.7177, 0],
];

export interface LatentSize {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/**
 * The map that comes nearest to a decoder, by least squares over all elements.
 * @param images [batch, 3, height · factor, width · factor]
 */
export function fitColours(latents: Float32Array, images: Float32Array, size: LatentSize, factor: number): ColourMap {
  const unknowns = size.channels + 1;
  const normal = Array.from({ length: unknowns }, () => new Float64Array(unknowns));
  const sides = [0, 1, 2].map(() => new Float64Array(unknowns));
  const features = new Float64Array(unknowns);
  for (let picture = 0; picture < size.batch; picture++) {
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        readFeatures(features, latents, size, picture, y, x);
        for (const [row, sums] of normal.entries()) addScaled(sums, features, elementAt(features, row));
        for (const [colour, side] of sides.entries()) {
          addScaled(side, features, meanColour(images, size, factor, { picture, colour, y, x }));
        }
      }
    }
  }
  // A little of the identity keeps channels apart that never differ.
  for (const [i, row] of normal.entries()) row[i] = elementAt(row, i) * (1 + 1e-6) + 1e-6;
  return sides.map((side) => solve(normal, side));
}

/** Colours of one picture of a batch, [3, height, width] in −1…1. */
export function latentColours(latents: Float32Array, map: ColourMap, size: LatentSize, picture: number): Float32Array {
  const area = size.height * size.width;
  const features = new Float64Array(size.channels + 1);
  const colours = new Float32Array(3 * area);
  for (let element = 0; element < area; element++) {
    readFeatures(features, latents, size, picture, 0, element);
    for (const [colour, factors] of map.entries()) {
      const value = factors.reduce((sum, factor, i) => sum + factor * elementAt(features, i), 0);
      colours[colour * area + element] = Math.min(1, Math.max(-1, value));
    }
  }
  return colours;
}

/** The channels of an element, and 1. */
function readFeatures(
  features: Float64Array,
  latents: Float32Array,
  { channels, height, width }: LatentSize,
  picture: number,
  y: number,
  x: number,
): void {
  const area = height * width;
  for (let channel = 0; channel < channels; channel++) {
    features[channel] = elementAt(latents, (picture * channels + channel) * area + y * width + x);
  }
  features[channels] = 1;
}

function addScaled(sums: Float64Array, terms: Float64Array, factor: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = elementAt(sums, i) + factor * elementAt(terms, i);
}

interface Spot {
  readonly picture: number;
  readonly colour: number;
  readonly y: number;
  readonly x: number;
}

/** Over the pixels of one latent element. */
function meanColour(
  images: Float32Array,
  { height, width }: LatentSize,
  factor: number,
  { picture, colour, y, x }: Spot,
): number {
  const wide = width * factor;
  const first = (picture * 3 + colour) * height * factor * wide;
  let sum = 0;
  for (let row = y * factor; row < (y + 1) * factor; row++) {
    for (let column = x * factor; column < (x + 1) * factor; column++) {
      sum += elementAt(images, first + row * wide + column);
    }
  }
  return sum / factor ** 2;
}

/** A · x = b by Gaussian elimination; A is positive definite, so no pivot vanishes. */
function solve(matrix: readonly Float64Array[], side: Float64Array): number[] {
  const rows = matrix.map((row, i) => Float64Array.of(...row, elementAt(side, i)));
  for (const [i, pivot] of rows.entries()) {
    for (const lower of rows.slice(i + 1)) addScaled(lower, pivot, -elementAt(lower, i) / elementAt(pivot, i));
  }
  const solution = new Float64Array(side.length);
  for (const [i, row] of [...rows.entries()].toReversed()) {
    const known = solution.reduce((sum, value, j) => (j > i ? sum + value * elementAt(row, j) : sum), 0);
    solution[i] = (elementAt(row, side.length) - known) / elementAt(row, i);
  }
  return [...solution];
}
