// Copies of nodes inside the workflow that they are in.

import { copyNodes, paste, type Point, type WiresOfCopy } from "../../src-main/common/workflow-edits.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { bringIntoView } from "../canvas/bring-into-view.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { selectionOf, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { withMembers, withoutMembers } from "./groups.ts";
import { settle } from "./settle.ts";

/** How far from what they are copies of they are wanted. */
const OFFSET = { x: 40, y: 40 };

export function duplicateSelected(wires: WiresOfCopy): void {
  const tab = activeTab();
  if (tab === undefined) return;
  insertCopies(selectionOf(tab.id).nodes, OFFSET, wires);
}

/** As they are dragged away from what they are copies of, which keeps its place. @param places of the copies, by what they are copies of */
export function copyTo(places: Readonly<Record<string, Point>>): void {
  const workflow = activeTab()?.history.present;
  const [first = ""] = Object.keys(places);
  const [from, to] = [own(workflow?.view.nodes ?? {}, first) ?? { x: 0, y: 0 }, own(places, first)];
  if (workflow === undefined || to === undefined) return;
  insertCopies(Object.keys(places), { x: Math.round(to.x - from.x), y: Math.round(to.y - from.y) }, "into");
}

function insertCopies(ids: readonly string[], offset: Point, wires: WiresOfCopy): void {
  const tab = activeTab();
  if (tab === undefined || ids.length === 0) return;
  const { present } = tab.history;
  const { measured } = viewOf(tab.id);
  const pasted = paste(present, copyNodes(present, withMembers(present, ids), wires), offset);
  const fresh = [...pasted.nodes.values()];
  finishInsert(text.edits.duplicate(ids.length), settle(pasted.workflow, fresh, measured), fresh);
}

/** One step of the history, after which what is new is selected and in view. */
export function finishInsert(label: string, workflow: Workflow, fresh: readonly string[]): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const outer = withoutMembers(workflow, fresh);
  edit(label, () => workflow, { select: { nodes: outer } });
  bringIntoView(workflow, outer, viewOf(tab.id).measured);
}
