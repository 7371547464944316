// What is new lies on nothing else, wherever it was asked for.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { moveNodes } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { freePlace } from "../canvas/free-place.ts";
import { boundsOf, boxesOf, boxOf, roomyBoxesOf } from "../canvas/node-boxes.ts";
import { shapeOf } from "../canvas/node-look.ts";
import type { Size } from "../state/view-store.ts";
import { regroup, withMembers, withoutMembers } from "./groups.ts";

/**
 * Moves what is new, as one block, to the nearest place where it is free, and into the group that it then lies in.
 * @param ids of all that is new
 * @param middle where the middle of the block is wanted; absent: it is wanted where it is
 */
export function settle(
  workflow: Workflow,
  ids: readonly string[],
  measured: ReadonlyMap<string, Size>,
  middle?: Point,
): Workflow {
  const outer = withoutMembers(workflow, ids);
  const boxes = boxesOf(workflow, outer, measured);
  if (boxes.length === 0) return workflow;
  const block = boundsOf(boxes);
  const wanted =
    middle === undefined ? block : { ...block, x: middle.x - block.width / 2, y: middle.y - block.height / 2 };
  const place = freePlace(wanted, roomyBoxesOf(workflow, obstaclesOf(workflow, ids), measured));
  const [dx, dy] = [Math.round(place.x - block.x), Math.round(place.y - block.y)];
  const places = outer.map((id) => {
    const { x, y } = own(workflow.view.nodes, id) ?? { x: 0, y: 0 };
    return [id, { x: Math.round(x + dx), y: Math.round(y + dy) }] as const;
  });
  const moved = moveNodes(workflow, Object.fromEntries(places));
  return regroup(moved, outer, (id) => boxOf(moved, id, measured));
}

/** A node may lie in a group that is there; a group may not. */
function obstaclesOf(workflow: Workflow, ids: readonly string[]): string[] {
  const fresh = new Set(withMembers(workflow, ids));
  const isGroup = (id: string): boolean => {
    const node = own(workflow.graph.nodes, id);
    return node !== undefined && shapeOf(node) === "group";
  };
  const hasGroup = ids.some(isGroup);
  return Object.keys(workflow.graph.nodes).filter((id) => !fresh.has(id) && (hasGroup || !isGroup(id)));
}
