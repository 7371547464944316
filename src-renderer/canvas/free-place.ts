// The place nearest to the one that is wanted where something lies on nothing else.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { type Box, overlap } from "./node-boxes.ts";

/** In pixels of the canvas, between what is placed and what is there. */
const FREE_GAP = 20;

/** How far is looked first; a large workflow has too many edges to look at all of them. */
const FIRST_REACH = 500;

/**
 * Exact: of all free places the nearest one touches, with its gap, an edge of an obstacle on each axis on which it was moved.
 * Where two are as near, the one further down, then further right, is taken, as one reads on.
 */
export function freePlace(wanted: Box, obstacles: readonly Box[], gap = FREE_GAP): Point {
  if (!obstacles.some((box) => overlap(wanted, box, gap))) return { x: wanted.x, y: wanted.y };
  // Beyond all obstacles there is room, so that this ends.
  for (let reach = FIRST_REACH; ; reach *= 2) {
    const near = obstacles.filter((box) => overlap(wanted, box, reach + gap));
    const xs = [wanted.x, ...near.flatMap((box) => [box.x - wanted.width - gap, box.x + box.width + gap])];
    const ys = [wanted.y, ...near.flatMap((box) => [box.y - wanted.height - gap, box.y + box.height + gap])];
    const free = placesWithin(wanted, xs, ys, reach).find(
      (at) => !near.some((box) => overlap({ ...wanted, ...at }, box, gap)),
    );
    if (free !== undefined) return { x: free.x, y: free.y };
  }
}

/** The nearest first. */
function placesWithin({ x, y }: Point, xs: readonly number[], ys: readonly number[], reach: number): Point[] {
  const [columns, rows] = [
    xs.filter((each) => Math.abs(each - x) <= reach),
    ys.filter((each) => Math.abs(each - y) <= reach),
  ];
  const places = [...new Set(columns)].flatMap((column) =>
    [...new Set(rows)].map((row) => ({ x: column, y: row, distance: Math.hypot(column - x, row - y) })),
  );
  return places
    .filter(({ distance }) => distance <= reach)
    .toSorted((a, b) => a.distance - b.distance || b.y - a.y || b.x - a.x);
}
