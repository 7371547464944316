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

/** A 1×1 convolution [out, in, 1, 1] as the matrix [out, in] that it is. Anything else stays as it is. */
export const asMatrix: View = (location) => {
  const { shape } = location;
  return shape.length === 4 && shape[2] === 1 && shape[3] === 1 ? { ...location, shape: shape.slice(0, 2) } : location;
};

/** A matrix that the file holds as [in, out] for a network that takes [out, in]. */
export const transposed: View = (location) => ({
  ...location,
  shape: location.shape.toReversed(),
  transposed: true,
});
