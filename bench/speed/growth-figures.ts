// What growth comes to: the exponent of a power, and what a long run keeps.

import type { Answer } from "./job.ts";

type Points = NonNullable<Answer["growth"]>;

/** x of y ∝ x^e: the slope of the line through the logarithms with the least squares. */
export function growthExponent(points: Points): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const centre = (pick: (point: { x: number; y: number }) => number): number =>
    logs.reduce((sum, point) => sum + pick(point), 0) / logs.length;
  const [x, y] = [centre((point) => point.x), centre((point) => point.y)];
  const above = logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  const below = logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  return above / below;
}

/** Of a run that was looked at every hundred steps: at x = step the seconds of the last hundred, at x = −step bytes. */
export function lengthFigures(points: Points): { readonly memory: number; readonly pace: number } {
  const seconds = points.filter(({ x }) => x > 0);
  const bytes = points.filter(({ x }) => x < 0);
  const grown = (list: Points): number => (list.at(-1)?.y ?? NaN) / (list[0]?.y ?? NaN);
  return { memory: grown(bytes), pace: grown(seconds) };
}
