// What one can do to the nodes that are selected, each as one named step of the history.

import { produce } from "immer";
import { allowPath } from "../../nodes/withheld-paths.ts";
import type { Selection } from "../../src-main/common/studio/draft.ts";
import {
  disconnect,
  moveNodes,
  type Point,
  removeNodes,
  setMode,
  setParam,
} from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { boxOf } from "../canvas/node-boxes.ts";
import { nameOf, shapeOf } from "../canvas/node-look.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { selectionOf, type Size, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { regroup, withMembers, withoutMembers } from "./groups.ts";
import { moveWithBends } from "./move-with-bends.ts";
import { nudgeBends } from "./wire-edits.ts";

const GRID = 20;

export function selected(): Selection {
  const tab = activeTab();
  return tab === undefined ? { nodes: [], edges: [] } : selectionOf(tab.id);
}

export function present(): Workflow | undefined {
  return activeTab()?.history.present;
}

export function changeParam(id: string, name: string, label: string, value: unknown): void {
  edit(text.edits.param(nameOfNode(id), label), (workflow) => allowPath(setParam(workflow, id, name, value), value), {
    mergeKey: `param:${id}:${name}`,
  });
}

export function deleteSelected(): void {
  const { nodes, edges } = selected();
  const count = nodes.length + edges.length;
  if (count === 0) return;
  const what = nodes.length === 0 ? text.edits.wireOf : nameOfNode(nodes[0] ?? "");
  // What lies in a group stays where it is.
  edit(text.edits.remove(count, what), (workflow) => removeNodes(disconnect(workflow, edges), nodes), { select: {} });
}

/** A group goes with what lies in it, as it was copied. */
export function cutSelected(): void {
  const workflow = present();
  if (workflow === undefined) return;
  const nodes = withMembers(workflow, selected().nodes);
  if (nodes.length > 0) edit(text.edits.cut(nodes.length), (before) => removeNodes(before, nodes), { select: {} });
}

/** Of a group, what lies in it: the frame itself computes nothing. */
function selectedCards(workflow: Workflow): string[] {
  return withMembers(workflow, selected().nodes).filter((id) => {
    const node = own(workflow.graph.nodes, id);
    return node !== undefined && shapeOf(node) === "node";
  });
}

export function toggleMode(mode: "muted" | "bypassed"): void {
  const workflow = present();
  if (workflow === undefined) return;
  const nodes = selectedCards(workflow);
  if (nodes.length === 0) return;
  const isOn = nodes.every((id) => own(workflow.graph.nodes, id)?.mode === mode);
  const label = isOn ? text.edits.turnOn : mode === "muted" ? text.edits.mute : text.edits.bypass;
  edit(label(nodes.length), (before) => setMode(before, nodes, isOn ? undefined : mode));
}

export function collapseSelected(): void {
  const workflow = present();
  if (workflow !== undefined) toggleCollapsed(selectedCards(workflow));
}

export function toggleCollapsed(ids: readonly string[]): void {
  const workflow = present();
  if (workflow === undefined || ids.length === 0) return;
  const isCollapsed = ids.every((id) => own(workflow.view.nodes, id)?.collapsed === true);
  edit(
    isCollapsed ? text.edits.expand : text.edits.collapse,
    produce((draft) => {
      for (const id of ids) draft.view.nodes[id] = { x: 0, y: 0, ...draft.view.nodes[id], collapsed: !isCollapsed };
    }),
  );
}

export function nudge(dx: number, dy: number): void {
  const { nodes } = selected();
  const workflow = present();
  if (workflow === undefined) return;
  if (nodes.length === 0) return nudgeBends(dx, dy);
  const places = withoutMembers(workflow, nodes).map((id) => {
    const { x, y } = own(workflow.view.nodes, id) ?? { x: 0, y: 0 };
    return [id, { x: x + dx * GRID, y: y + dy * GRID }] as const;
  });
  move(Object.fromEntries(places), `nudge:${nodes.join()}`);
}

/** Nodes join the group that they are put down on, and leave the one that they are taken out of. */
export function move(places: Readonly<Record<string, Point>>, mergeKey?: string): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const ids = Object.keys(places);
  const { measured } = viewOf(tab.id);
  edit(
    text.edits.move(ids.length, nameOfNode(ids[0] ?? "")),
    (workflow) => regroup(moveWithBends(workflow, places), ids, (id) => boxOf(workflow, id, measured)),
    mergeKey === undefined ? {} : { mergeKey },
  );
}

/** @param places of what moved with it: its corner where it was resized from its left or top, and the other way what lies in it */
export function resize(sizes: Readonly<Record<string, Size>>, places: Readonly<Record<string, Point>>): void {
  const [first = ""] = Object.keys(sizes);
  edit(text.edits.resize(nameOfNode(first)), (workflow) =>
    produce(moveNodes(workflow, places), (draft) => {
      for (const [id, size] of Object.entries(sizes))
        draft.view.nodes[id] = { x: 0, y: 0, ...draft.view.nodes[id], ...size };
    }),
  );
}

function nameOfNode(id: string): string {
  const workflow = present();
  return workflow === undefined ? id : nameOf(workflow, id);
}
