// Which wire a box lies on. Pure.

import type { Point } from "../../src-main/common/workflow-edits.ts";

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface SampledWire {
  readonly id: string;
  readonly points: readonly Point[];
}

/** Of the wires that go through the box the one that comes nearest to its middle; `null`: none does. */
export function wireThrough(wires: readonly SampledWire[], { x, y, width, height }: Box): string | null {
  const middle = { x: x + width / 2, y: y + height / 2 };
  let [found, least]: [string | null, number] = [null, Infinity];
  for (const { id, points } of wires) {
    for (const point of points) {
      if (point.x < x || point.y < y || point.x > x + width || point.y > y + height) continue;
      const distance = Math.hypot(point.x - middle.x, point.y - middle.y);
      if (distance < least) [found, least] = [id, distance];
    }
  }
  return found;
}
