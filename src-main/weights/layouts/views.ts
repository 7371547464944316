// Tensors seen in another way, without copying: the same file, another range, shape or orientation.

import type { WeightLocation } from "../weight-map.ts";

export type View = (location: WeightLocation) => WeightLocation;

/** The `index`-th of `count` equal parts along the first axis: rows lie one after another. */
export function rows(index: number, count: number): View {
  return (location) => {
    const [first = 0, ...rest] = location.shape;
    // A number of rows that does not divide is kept in the shape, which the network then refuses.
    const length = Math.floor(location.length / count);
    return { ...location, shape: [first / count, ...rest], offset: location.offset + index * length, length };
  };
}

/** A convolution of kernel 1, over any number of axes, as the matrix [out, in] that it is. Anything else stays as it is. */
export const asMatrix: View = (location) => {
  const { shape } = location;
  const isKernelOne = shape.length > 2 && shape.slice(2).every((size) => size === 1);
  return isKernelOne ? { ...location, shape: shape.slice(0, 2) } : location;
};

/** A convolution over frames alone, [out, in, frames, 1, 1], as one over frames and places, [out, in, frames, 1]. */
export const overFrames: View = (location) => {
  const { shape } = location;
  return shape.length === 5 && shape[3] === 1 && shape[4] === 1 ? { ...location, shape: shape.slice(0, 4) } : location;
};

/** A matrix that the file holds as [in, out] for a network that takes [out, in]. */
export const transposed: View = (location) => ({
  ...location,
  shape: location.shape.toReversed(),
  transposed: true,
});
