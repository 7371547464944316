// How a wire can be led around what lies between its ends: along the lanes that the layout has kept free for it.

import type { ElkNode } from "elkjs/lib/elk-api.js";
import type { Point } from "../../../src-main/common/workflow-edits.ts";
import type { Box } from "../node-boxes.ts";
import type { WirePlace } from "./wires-behind.ts";

/** A level stretch on the canvas, from left to right. */
interface Lane {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}
export type Detour = readonly Lane[];

/** How far beside the nodes that it passes a wire is level already, in pixels. */
const BESIDE = 12;

/** Of each wire, the level stretches of its way. */
export function detoursOf({ edges = [] }: ElkNode, shift: Point): ReadonlyMap<string, Detour> {
  return new Map(
    edges.map(({ id, sections = [] }) => {
      const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [
        startPoint,
        ...bendPoints,
        endPoint,
      ]);
      const lanes = points.slice(1).flatMap((end, i): Lane[] => {
        const start = points[i] ?? end;
        if (Math.abs(start.y - end.y) > 0.5 || Math.abs(start.x - end.x) < 1) return [];
        const [left, right] = [Math.min(start.x, end.x), Math.max(start.x, end.x)];
        return [{ left: left + shift.x, right: right + shift.x, y: Math.round(start.y + shift.y) }];
      });
      return [id, lanes];
    }),
  );
}

/** Ways to lead the wire, the plainer first: straight, through the middle of each lane, and along each lane past what lies beside it. */
export function bendsAround(
  { start, end }: WirePlace,
  detour: Detour = [],
  obstacles: ReadonlyMap<string, Box>,
): readonly (readonly Point[])[] {
  const along = detour.flatMap(({ left, right, y }) => {
    const passed = [...obstacles.values()].filter((box) => box.x < right && left < box.x + box.width);
    const from = Math.max(start.x, Math.min(...passed.map((box) => box.x)) - BESIDE);
    const to = Math.min(end.x, Math.max(...passed.map((box) => box.x + box.width)) + BESIDE);
    return passed.length === 0 || from >= to
      ? []
      : [
          [
            { x: Math.round(from), y },
            { x: Math.round(to), y },
          ] as const,
        ];
  });
  const middles = along.map(([from, to]) => ({ x: Math.round((from.x + to.x) / 2), y: from.y }));
  return along.length === 0 ? [[]] : [[], middles, along.flat()];
}
