// What one can do to the nodes that are selected, each as one named step of the history.

import { produce } from "immer";
import { group } from "../../nodes/group.ts";
import { nodeTypes } from "../../nodes/index.ts";
import type { Selection } from "../../src-main/common/studio/draft.ts";
import {
  addNode,
  connect,
  copyNodes,
  disconnect,
  freeId,
  moveNodes,
  paste,
  type Point,
  removeNodes,
  setMode,
  setParam,
} from "../../src-main/common/workflow-edits.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { defaultParams } from "../../src-main/common/workflow-params.ts";
import { own, type PortEnd, type Workflow, type WorkflowNode } from "../../src-main/common/workflow.ts";
import { shapeOf, titleOf } from "../canvas/node-look.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { selectionOf, type Size, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { regroup, withMembers, withoutMembers } from "./groups.ts";
import { nudgeBends } from "./wire-edits.ts";

const GRID = 20;
const GROUP_MARGIN = 30;
const GROUP_TITLE = 40;

export function selected(): Selection {
  const tab = activeTab();
  return tab === undefined ? { nodes: [], edges: [] } : selectionOf(tab.id);
}

export function present(): Workflow | undefined {
  return activeTab()?.history.present;
}

export interface NewNode {
  /** In place of the defaults. */
  readonly params?: WorkflowNode["params"];
  /** Makes a wire to the new node's end, once its id is known. */
  readonly wire?: ((id: string) => { readonly from: PortEnd; readonly to: PortEnd }) | undefined;
}

export function placeNode(type: NodeType, at: Point, { params = {}, wire }: NewNode = {}): string | null {
  const workflow = present();
  if (workflow === undefined) return null;
  const id = freeId(workflow.graph.nodes, type.type);
  const node: WorkflowNode = { type: type.type, version: type.version, params: { ...defaultParams(type), ...params } };
  const frame = type.type === group.type ? { width: 420, height: 280 } : {};
  edit(
    text.edits.add(type.title),
    (before) => {
      const added = addNode(before, id, node, { x: Math.round(at.x), y: Math.round(at.y), ...frame });
      if (wire === undefined) return added;
      const { from, to } = wire(id);
      return connect(added, from, to, nodeTypes);
    },
    { select: { nodes: [id] } },
  );
  return id;
}

export function connectPorts(from: PortEnd, to: PortEnd): void {
  edit(text.edits.connect(`${nameOf(from.node)} ${from.port}`, `${nameOf(to.node)} ${to.port}`), (workflow) =>
    connect(workflow, from, to, nodeTypes),
  );
}

export function disconnectWire(edge: string): void {
  edit(text.edits.disconnect, (workflow) => disconnect(workflow, [edge]));
}

export function changeParam(id: string, name: string, label: string, value: unknown): void {
  edit(text.edits.param(nameOf(id), label), (workflow) => setParam(workflow, id, name, value), {
    mergeKey: `param:${id}:${name}`,
  });
}

export function deleteSelected(): void {
  const { nodes, edges } = selected();
  const count = nodes.length + edges.length;
  if (count === 0) return;
  const what = nodes.length === 0 ? text.edits.wireOf : nameOf(nodes[0] ?? "");
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
    text.edits.move(ids.length, nameOf(ids[0] ?? "")),
    (workflow) => regroup(moveNodes(workflow, places), ids, (id) => measured.get(id)),
    mergeKey === undefined ? {} : { mergeKey },
  );
}

/** @param places corners that moved with it, where a node was resized from its left or top */
export function resize(sizes: Readonly<Record<string, Size>>, places: Readonly<Record<string, Point>>): void {
  const [first = ""] = Object.keys(sizes);
  edit(
    text.edits.resize(nameOf(first)),
    produce((draft) => {
      for (const [id, size] of Object.entries(sizes))
        draft.view.nodes[id] = { x: 0, y: 0, ...draft.view.nodes[id], ...own(places, id), ...size };
    }),
  );
}

export function duplicateSelected(): void {
  const { nodes } = selected();
  const workflow = present();
  if (workflow === undefined || nodes.length === 0) return;
  const clip = copyNodes(workflow, withMembers(workflow, nodes));
  const pasted = paste(workflow, clip, { x: 2 * GRID, y: 2 * GRID });
  edit(text.edits.duplicate(nodes.length), () => pasted.workflow, {
    select: { nodes: withoutMembers(pasted.workflow, [...pasted.nodes.values()]) },
  });
}

/** A frame around what is selected; places then count from its corner. */
export function groupSelected(): void {
  const tab = activeTab();
  const workflow = present();
  if (tab === undefined || workflow === undefined) return;
  const ids = selected().nodes.filter((id) => own(workflow.view.nodes, id)?.group === undefined);
  if (ids.length === 0) return;
  const { measured } = viewOf(tab.id);
  const boxes = ids.map((id) => ({
    ...(own(workflow.view.nodes, id) ?? { x: 0, y: 0 }),
    ...(measured.get(id) ?? { width: 240, height: 120 }),
  }));
  const [left, top] = [
    Math.min(...boxes.map(({ x }) => x)) - GROUP_MARGIN,
    Math.min(...boxes.map(({ y }) => y)) - GROUP_TITLE - GROUP_MARGIN / 2,
  ];
  const width = Math.max(...boxes.map((box) => box.x + box.width)) + GROUP_MARGIN - left;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + GROUP_MARGIN - top;
  const frame = freeId(workflow.graph.nodes, group.type);
  edit(
    text.edits.group(ids.length),
    (before) =>
      produce(
        addNode(
          before,
          frame,
          { type: group.type, version: group.version, params: defaultParams(group) },
          { x: left, y: top, width, height },
        ),
        (draft) => {
          for (const id of ids) {
            const view = draft.view.nodes[id] ?? { x: 0, y: 0 };
            draft.view.nodes[id] = { ...view, x: view.x - left, y: view.y - top, group: frame };
          }
        },
      ),
    { select: { nodes: [frame] } },
  );
}

export function ungroupSelected(): void {
  const workflow = present();
  const frames = selected().nodes.filter(
    (id) => workflow !== undefined && own(workflow.graph.nodes, id)?.type === group.type,
  );
  if (frames.length > 0) edit(text.edits.ungroup, (before) => removeNodes(before, frames), { select: {} });
}

function nameOf(id: string): string {
  const node = own(present()?.graph.nodes ?? {}, id);
  return node === undefined ? id : titleOf(node);
}
