// What each note belongs to: the node or group that it is nearest to, beside which it stays when that is moved by a layout.

import type { Point } from "../../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../../src-main/common/workflow.ts";
import type { Size } from "../../state/view-store.ts";
import { type Box, boxOf } from "../node-boxes.ts";
import { shapeOf } from "../node-look.ts";

export interface Anchor {
  readonly note: string;
  readonly anchor: string;
  /** From the anchor's corner to the note's. */
  readonly offset: Point;
}

/** A note that is further away than this is drawn nearer, in pixels of the canvas. */
const FARTHEST = 40;

/** @param ids of what is laid out; a note in a group belongs to something in that group */
export function anchorsOf(workflow: Workflow, ids: readonly string[], measured?: ReadonlyMap<string, Size>): Anchor[] {
  const groupOf = (id: string): string | undefined => own(workflow.view.nodes, id)?.group;
  const isNote = (id: string): boolean => {
    const node = own(workflow.graph.nodes, id);
    return node !== undefined && shapeOf(node) === "note";
  };
  return ids.filter(isNote).flatMap((note) => {
    const box = boxOf(workflow, note, measured);
    const near = ids.flatMap((id) => {
      const other = isNote(id) || groupOf(id) !== groupOf(note) ? undefined : boxOf(workflow, id, measured);
      return box === undefined || other === undefined ? [] : [{ id, other, distance: distanceBetween(box, other) }];
    });
    const [nearest] = near.toSorted((a, b) => a.distance - b.distance);
    if (box === undefined || nearest === undefined) return [];
    return [{ note, anchor: nearest.id, offset: drawnNear(box, nearest.other) }];
  });
}

function distanceBetween(a: Box, b: Box): number {
  const [dx, dy] = gapsBetween(a, b);
  return Math.hypot(dx, dy);
}

function gapsBetween(a: Box, b: Box): readonly [number, number] {
  return [
    Math.max(0, a.x - (b.x + b.width), b.x - (a.x + a.width)),
    Math.max(0, a.y - (b.y + b.height), b.y - (a.y + a.height)),
  ];
}

/** On the same side of its anchor; what lies on it comes to lie above it. */
function drawnNear(note: Box, anchor: Box): Point {
  const [dx, dy] = gapsBetween(note, anchor);
  if (dx === 0 && dy === 0) return { x: 0, y: -note.height - FARTHEST / 2 };
  const x = note.x - anchor.x + Math.max(0, dx - FARTHEST) * (note.x < anchor.x ? 1 : -1);
  const y = note.y - anchor.y + Math.max(0, dy - FARTHEST) * (note.y < anchor.y ? 1 : -1);
  return { x, y };
}
