// What growth comes to: the exponent of a power, and what a long run keeps.

import type { GrowthPoint } from "./job.ts";

/** e of seconds ∝ x^e: the slope of the line through the logarithms with the least squares. */
export function growthExponent(points: readonly GrowthPoint[]): number {
  const [xs, ys] = [points.map(({ x }) => Math.log(x)), points.map(({ seconds }) => Math.log(seconds))];
  const centre = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [centre(xs), centre(ys)];
  const above = xs.reduce((sum, value, i) => sum + (value - x) * ((ys[i] ?? NaN) - y), 0);
  const below = xs.reduce((sum, value) => sum + (value - x) ** 2, 0);
  return above / below;
}

/** Of a run that was looked at every so many steps: the last look to the first. */
export function lengthFigures(points: readonly GrowthPoint[]): { readonly memory: number; readonly pace: number } {
  const [first, last] = [points[0], points.at(-1)];
  return {
    memory: (last?.bytes ?? NaN) / (first?.bytes ?? NaN),
    pace: (last?.seconds ?? NaN) / (first?.seconds ?? NaN),
  };
}
