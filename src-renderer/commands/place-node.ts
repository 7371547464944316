// Puts a new node on the canvas: where it is wanted, or else in the middle of what is seen, on nothing else, selected and in view.

import { group } from "../../nodes/group.ts";
import { nodeTypes } from "../../nodes/index.ts";
import { note } from "../../nodes/note.ts";
import { addNode, connect, freeId, type Point } from "../../src-main/common/workflow-edits.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { defaultParams } from "../../src-main/common/workflow-params.ts";
import type { PortEnd, Workflow, WorkflowNode } from "../../src-main/common/workflow.ts";
import { bringIntoView } from "../canvas/bring-into-view.ts";
import { middleOfView } from "../canvas/canvas-handle.ts";
import { frameSizeOf } from "../canvas/node-boxes.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { shellStore } from "../state/shell-store.ts";
import { viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { settle } from "./settle.ts";

export interface NewNode {
  /** In place of the defaults. */
  readonly params?: WorkflowNode["params"];
  /** Makes a wire to the new node's end, once its id is known. */
  readonly wire?: ((id: string) => { readonly from: PortEnd; readonly to: PortEnd }) | undefined;
  /** What else belongs to the same step of the history. */
  readonly finish?: (workflow: Workflow, id: string) => Workflow;
  /** Of that step; absent: that a node was added. */
  readonly label?: string;
}

/** @param at where its corner is wanted; `null`: its middle in the middle of what is seen */
export function placeNode(
  type: NodeType,
  at: Point | null,
  { params = {}, wire, finish, label = text.edits.add(type.title) }: NewNode = {},
): string | null {
  const tab = activeTab();
  if (tab === undefined) return null;
  const { present } = tab.history;
  const id = freeId(present.graph.nodes, type.type);
  const node: WorkflowNode = { type: type.type, version: type.version, params: { ...defaultParams(type), ...params } };
  const corner = { x: Math.round(at?.x ?? 0), y: Math.round(at?.y ?? 0) };
  const hasFrame = type.type === group.type || type.type === note.type;
  const added = addNode(present, id, node, hasFrame ? { ...corner, ...frameSizeOf(node, corner) } : corner);
  const ends = wire?.(id);
  const wired = ends === undefined ? added : connect(added, ends.from, ends.to, nodeTypes);
  const { measured } = viewOf(tab.id);
  const settled = settle(finish?.(wired, id) ?? wired, [id], measured, at === null ? middleOfView() : undefined);
  edit(label, () => settled, { select: { nodes: [id] } });
  shellStore.setState({ freshNode: id });
  // Where it was put by hand, half of it is enough: the view does not slip away under the hand.
  bringIntoView(settled, [id], measured, at === null ? 1 : 0.5);
  return id;
}
