// What one can do to how a wire runs, by mouse and by keyboard, each as one named step of the history.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { boxOf } from "../canvas/node-boxes.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { selectionOf, viewOf } from "../state/view-store.ts";
import { bendsOf, insertBend, setBends } from "../state/wire-bends.ts";
import { text } from "../text/text.ts";

const GRID = 20;

/** @param from where the wire begins on the canvas */
export function addBend(edge: string, from: Point, to: Point, at: Point): void {
  edit(text.edits.bend, (workflow) => setBends(workflow, edge, insertBend(from, bendsOf(workflow, edge), to, at)), {
    select: { edges: [edge] },
  });
}

export function moveBend(edge: string, index: number, { x, y }: Point): void {
  edit(text.edits.moveBend, (workflow) => {
    const bends = bendsOf(workflow, edge);
    return index >= bends.length
      ? workflow
      : setBends(workflow, edge, bends.with(index, { x: Math.round(x), y: Math.round(y) }));
  });
}

export function removeBend(edge: string, index: number): void {
  edit(text.edits.unbend, (workflow) => setBends(workflow, edge, bendsOf(workflow, edge).toSpliced(index, 1)));
}

/** Halfway between its nodes; arrow keys then move it. */
export function bendSelectedWires(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const { edges } = selectionOf(tab.id);
  if (edges.length === 0) return;
  const { measured } = viewOf(tab.id);
  edit(text.edits.bend, (workflow) =>
    edges.reduce((bent, id) => {
      const wire = own(workflow.graph.edges, id);
      if (wire === undefined) return bent;
      const [from, to] = [boxOf(workflow, wire.from.node, measured), boxOf(workflow, wire.to.node, measured)];
      if (from === undefined || to === undefined) return bent;
      const start = { x: from.x + from.width, y: from.y + from.height / 2 };
      const end = { x: to.x, y: to.y + to.height / 2 };
      const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 };
      return setBends(bent, id, insertBend(start, bendsOf(bent, id), end, middle));
    }, workflow),
  );
}

export function straightenSelectedWires(): void {
  changeSelected(text.edits.unbend, () => []);
}

/** The bend that lies nearest to where the wire ends. */
export function nudgeBends(dx: number, dy: number): void {
  changeSelected(
    text.edits.moveBend,
    (bends) => bends.map(({ x, y }, i) => (i === bends.length - 1 ? { x: x + dx * GRID, y: y + dy * GRID } : { x, y })),
    true,
  );
}

function changeSelected(label: string, change: (bends: readonly Point[]) => readonly Point[], isMerged = false): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const { edges } = selectionOf(tab.id);
  edit(
    label,
    (workflow: Workflow) =>
      edges.reduce((changed, id) => {
        const bends = bendsOf(changed, id);
        return bends.length === 0 ? changed : setBends(changed, id, change(bends));
      }, workflow),
    isMerged ? { mergeKey: `bends:${edges.join()}` } : {},
  );
}
