// Where wires run behind nodes that they do not end at: what a layout has to avoid.

import type { Point } from "../../../src-main/common/workflow-edits.ts";
import { own, type PortEnd, type Workflow } from "../../../src-main/common/workflow.ts";
import type { Size } from "../../state/view-store.ts";
import { bendsOf } from "../../state/wire-bends.ts";
import { type Box, boxOf, roomyBoxOf } from "../node-boxes.ts";
import { handlesOf } from "../node-geometry.ts";
import { shapeOf } from "../node-look.ts";
import { curvesThrough, pointsAlong } from "../wire-path.ts";
import { wiredPorts } from "../wired-ports.ts";

/** Points that are looked at of each curve. */
const SAMPLES = 48;
/** Boxes that cover a curve. */
const STRETCHES = 10;

export interface WirePlace {
  readonly edge: string;
  readonly from: string;
  readonly to: string;
  readonly start: Point;
  readonly end: Point;
}

/** Nodes, as high as a run can make them, and notes; what lies in a group is to be seen through it. */
export function obstaclesIn(workflow: Workflow, measured?: ReadonlyMap<string, Size>): ReadonlyMap<string, Box> {
  const boxes = Object.entries(workflow.graph.nodes).flatMap(([id, node]) => {
    const box = shapeOf(node) === "group" ? undefined : roomyBoxOf(workflow, id, measured);
    return box === undefined ? [] : [[id, box] as const];
  });
  return new Map(boxes);
}

export function wiresOf(workflow: Workflow): WirePlace[] {
  return Object.entries(workflow.graph.edges).flatMap(([edge, { from, to }]) => {
    const [start, end] = [portPlace(workflow, from, "source"), portPlace(workflow, to, "target")];
    return start === undefined || end === undefined ? [] : [{ edge, from: from.node, to: to.node, start, end }];
  });
}

/** The middle of its dot, where a wire ends. */
function portPlace(workflow: Workflow, { node, port }: PortEnd, type: "source" | "target"): Point | undefined {
  const [box, found] = [boxOf(workflow, node), own(workflow.graph.nodes, node)];
  if (box === undefined || found === undefined) return undefined;
  const wired = wiredPorts(workflow.graph.edges).get(node) ?? "";
  const handle = handlesOf(found, wired).find((each) => each.type === type && each.id === port);
  if (handle === undefined) return undefined;
  const { x, y, width = 0, height = 0 } = handle;
  return { x: box.x + x + width / 2, y: box.y + y + height / 2 };
}

/** How many points of the wire lie inside nodes that it does not end at. */
export function pointsBehind(
  { from, to, start, end }: WirePlace,
  bends: readonly Point[],
  obstacles: ReadonlyMap<string, Box>,
): number {
  const others = [...obstacles].flatMap(([id, box]) => (id === from || id === to ? [] : [box]));
  const points = pointsAlong(curvesThrough([start, ...bends, end]), SAMPLES);
  return points.filter((point) => others.some((box) => isInside(point, box))).length;
}

/** Small boxes that together cover all wires, as they are drawn. */
export function boxesAlongWires(workflow: Workflow): Box[] {
  return wiresOf(workflow).flatMap(({ edge, start, end }) => {
    const points = pointsAlong(curvesThrough([start, ...bendsOf(workflow, edge), end]), STRETCHES);
    return points.slice(1).map((b, i) => {
      const a = points[i] ?? b;
      return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
    });
  });
}

function isInside({ x, y }: Point, box: Box): boolean {
  return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
}

/** Of all wires, as they are drawn. */
export function countBehind(workflow: Workflow, measured?: ReadonlyMap<string, Size>): number {
  const obstacles = obstaclesIn(workflow, measured);
  return wiresOf(workflow).reduce((sum, wire) => sum + pointsBehind(wire, bendsOf(workflow, wire.edge), obstacles), 0);
}
