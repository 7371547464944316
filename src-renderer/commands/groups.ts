// Which nodes lie in which group: what goes along with a group, and where a node ends up that is dragged in or out.

import { group } from "../../nodes/group.ts";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { type NodeView, own, type Workflow } from "../../src-main/common/workflow.ts";
import type { Size } from "../state/view-store.ts";

/** With all that lies in groups among them, at any depth. */
export function withMembers({ view }: Workflow, ids: readonly string[]): string[] {
  const all = new Set(ids);
  // A set visits what is added while it is gone through.
  for (const id of all) {
    for (const [other, each] of Object.entries(view.nodes)) if (each.group === id) all.add(other);
  }
  return [...all];
}

/** Without those that move along with a group among them. */
export function withoutMembers(workflow: Workflow, ids: readonly string[]): string[] {
  const chosen = new Set(ids);
  return ids.filter((id) => !ancestorsOf(workflow, id).some((frame) => chosen.has(frame)));
}

/** The place on the canvas of something whose place may count from a group's corner. */
export function placeOnCanvas(workflow: Workflow, id: string): Point {
  const chain = [id, ...ancestorsOf(workflow, id)].map((each) => own(workflow.view.nodes, each) ?? { x: 0, y: 0 });
  return { x: chain.reduce((sum, { x }) => sum + x, 0), y: chain.reduce((sum, { y }) => sum + y, 0) };
}

/** Each node into the group that its middle lies on, or out of the one it has left. Its place on the canvas stays. */
export function regroup(
  workflow: Workflow,
  ids: readonly string[],
  sizeOf: (id: string) => Size | undefined,
): Workflow {
  const views: Record<string, NodeView> = {};
  for (const id of ids) {
    const view = own(workflow.view.nodes, id);
    const size = sizeOf(id);
    if (view === undefined || size === undefined || own(workflow.graph.nodes, id)?.type === group.type) continue;
    const place = placeOnCanvas(workflow, id);
    const middle = { x: place.x + size.width / 2, y: place.y + size.height / 2 };
    const frame = groupAt(workflow, middle);
    if (frame === view.group) continue;
    const corner = frame === undefined ? { x: 0, y: 0 } : placeOnCanvas(workflow, frame);
    const { group: _, ...free } = { ...view, x: place.x - corner.x, y: place.y - corner.y };
    views[id] = frame === undefined ? free : { ...free, group: frame };
  }
  if (Object.keys(views).length === 0) return workflow;
  return { ...workflow, view: { ...workflow.view, nodes: { ...workflow.view.nodes, ...views } } };
}

/** The innermost of those that lie there. */
function groupAt(workflow: Workflow, { x, y }: Point): string | undefined {
  const hit = Object.entries(workflow.graph.nodes).filter(([id, { type }]) => {
    const { width, height } = own(workflow.view.nodes, id) ?? {};
    if (type !== group.type || width === undefined || height === undefined) return false;
    const corner = placeOnCanvas(workflow, id);
    return x >= corner.x && x <= corner.x + width && y >= corner.y && y <= corner.y + height;
  });
  return hit.toSorted(([a], [b]) => ancestorsOf(workflow, a).length - ancestorsOf(workflow, b).length).at(-1)?.[0];
}

/** From the inside out. A file can name groups that are not there, or close a circle. */
function ancestorsOf({ graph, view }: Workflow, id: string): string[] {
  const chain: string[] = [];
  for (
    let frame = own(view.nodes, id)?.group;
    frame !== undefined && frame !== id && !chain.includes(frame) && own(graph.nodes, frame) !== undefined;
    frame = own(view.nodes, frame)?.group
  )
    chain.push(frame);
  return chain;
}
