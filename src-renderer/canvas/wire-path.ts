// How a wire runs: level out of its output, through its bends, and level into its input. One shape for all that draws or hits wires.

import type { Point } from "../../src-main/common/workflow-edits.ts";

/** A cubic Bézier curve with its two control points. */
export interface Curve {
  readonly from: Point;
  readonly leave: Point;
  readonly reach: Point;
  readonly to: Point;
}

/** However near the next point is, a wire is seen to leave its port level. */
const LEAST_REACH = 24;
const WIDEST_TURN = 56;

/** @param points from output to input, at least two */
export function curvesThrough(points: readonly Point[]): Curve[] {
  return points.slice(1).map((to, i) => {
    const from = points[i] ?? to;
    const [setsOut, arrives] = [directionAt(points, i), directionAt(points, i + 1)];
    const reach = Math.max(LEAST_REACH, reachOf(from, to, setsOut, arrives));
    return {
      from,
      leave: { x: from.x + setsOut * reach, y: from.y },
      reach: { x: to.x - arrives * reach, y: to.y },
      to,
    };
  });
}

/** Ports are left and entered to the right; through a bend a wire runs towards what comes next: 1 to the right, −1 to the left. */
function directionAt(points: readonly Point[], i: number): 1 | -1 {
  const [before, after] = [points[i - 1], points[i + 1]];
  return before === undefined || after === undefined || after.x >= before.x ? 1 : -1;
}

function reachOf(from: Point, to: Point, setsOut: 1 | -1, arrives: 1 | -1): number {
  // A half turn is as round as it is high, as far as there is room between two columns of nodes.
  if (setsOut !== arrives) return Math.min(WIDEST_TURN, Math.abs(to.y - from.y) / 2);
  const across = setsOut * (to.x - from.x);
  // A wire that runs backwards swings out as far as a loop needs, which grows more slowly than the way back.
  return across >= 0 ? across / 2 : 6.25 * Math.sqrt(-across);
}

/** As the `d` of an SVG path. */
export function pathOf(curves: readonly Curve[]): string {
  const [first] = curves;
  if (first === undefined) return "";
  const parts = curves.map(({ leave, reach, to }) => `C ${leave.x},${leave.y} ${reach.x},${reach.y} ${to.x},${to.y}`);
  return [`M ${first.from.x},${first.from.y}`, ...parts].join(" ");
}

/** Evenly in the curves' parameter, both ends included. */
export function pointsAlong(curves: readonly Curve[], perCurve: number): Point[] {
  return curves.flatMap((curve, index) =>
    Array.from({ length: perCurve + (index === 0 ? 1 : 0) }, (_, i) =>
      pointAt(curve, (i + (index === 0 ? 0 : 1)) / perCurve),
    ),
  );
}

export function middleOf(curves: readonly Curve[]): Point {
  const points = pointsAlong(curves, 16);
  return points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
}

/** B(t) = (1−t)³·from + 3(1−t)²t·leave + 3(1−t)t²·reach + t³·to */
function pointAt({ from, leave, reach, to }: Curve, t: number): Point {
  const s = 1 - t;
  const mix = (axis: "x" | "y"): number =>
    s ** 3 * from[axis] + 3 * s * s * t * leave[axis] + 3 * s * t * t * reach[axis] + t ** 3 * to[axis];
  return { x: mix("x"), y: mix("y") };
}
