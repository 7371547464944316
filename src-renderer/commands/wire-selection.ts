// Wires by keyboard: going through them, and putting a node into the one that is selected.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { openInsert } from "../canvas/open-palette.ts";
import { activeTab } from "../state/document-store.ts";
import { select, selectionOf } from "../state/view-store.ts";
import { placeOnCanvas } from "./groups.ts";
import { present, selected } from "./node-edits.ts";

/** From a node to its first wire, and from a wire to the next, as one reads the graph. */
export function turnWire(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const workflow = tab.history.present;
  const { nodes, edges } = selectionOf(tab.id);
  const node = nodes.at(-1);
  const order = Object.entries(workflow.graph.edges)
    .map(([id, { from, to }]) => ({ id, from, to, at: placeOnCanvas(workflow, to.node) }))
    .toSorted((a, b) => a.at.x - b.at.x || a.at.y - b.at.y);
  const own = order.find(({ from, to }) => from.node === node || to.node === node);
  const next = node === undefined ? order[(order.findIndex(({ id }) => id === edges.at(-1)) + 1) % order.length] : own;
  if (next !== undefined) select(tab.id, { edges: [next.id] });
}

/** @param screen where it is asked which; absent: at the wire */
export function insertIntoSelected(screen?: Point): void {
  const workflow = present();
  const edge = selected().edges.at(-1);
  if (workflow !== undefined && edge !== undefined) openInsert(workflow, edge, screen);
}
