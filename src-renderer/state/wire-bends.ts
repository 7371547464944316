// Bends of wires: kept in the view under the wire's id, and gone with the wire.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";

const NO_BENDS: readonly Point[] = [];

export function bendsOf({ view }: Workflow, edge: string): readonly Point[] {
  return own(view.wires ?? {}, edge)?.bends ?? NO_BENDS;
}

export function setBends(workflow: Workflow, edge: string, bends: readonly Point[]): Workflow {
  const { [edge]: old, ...others } = workflow.view.wires ?? {};
  const wires =
    bends.length === 0 ? others : { ...others, [edge]: { ...old, bends: bends.map(({ x, y }) => ({ x, y })) } };
  return { ...workflow, view: { ...workflow.view, wires } };
}

/** A new bend between those two points that it takes the wire least out of its way. */
export function insertBend(from: Point, bends: readonly Point[], to: Point, at: Point): readonly Point[] {
  const points = [from, ...bends, to];
  const detours = points.slice(1).map((next, i) => {
    const before = points[i] ?? from;
    return distance(before, at) + distance(at, next) - distance(before, next);
  });
  return bends.toSpliced(detours.indexOf(Math.min(...detours)), 0, { x: Math.round(at.x), y: Math.round(at.y) });
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Without what the view says of wires that are no longer there. */
export function pruneView(workflow: Workflow): Workflow {
  const { wires } = workflow.view;
  if (wires === undefined) return workflow;
  const kept = Object.entries(wires).filter(([id]) => own(workflow.graph.edges, id) !== undefined);
  if (kept.length === Object.keys(wires).length) return workflow;
  return { ...workflow, view: { ...workflow.view, wires: Object.fromEntries(kept) } };
}
