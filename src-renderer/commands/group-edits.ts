// What one can do to groups, each as one named step of the history.

import { produce } from "immer";
import { group } from "../../nodes/group.ts";
import { addNode, freeId, removeNodes } from "../../src-main/common/workflow-edits.ts";
import { defaultParams } from "../../src-main/common/workflow-params.ts";
import { own, type Workflow } from "../../src-main/common/workflow.ts";
import { boundsOf, boxesOf } from "../canvas/node-boxes.ts";
import { activeTab, edit } from "../state/document-store.ts";
import { selectionOf, viewOf } from "../state/view-store.ts";
import { text } from "../text/text.ts";
import { placeOnCanvas, withMembers, withoutMembers } from "./groups.ts";
import { present, selected } from "./node-edits.ts";

/** In pixels of the canvas, around what is grouped, and the height of the title above it. */
export const GROUP_MARGIN = 30;
export const GROUP_TITLE = 40;

/** A frame around what is selected; places then count from its corner. What lay in one group stays in it, inside the new one. */
export function groupSelected(): void {
  const tab = activeTab();
  if (tab === undefined) return;
  const workflow = tab.history.present;
  const ids = withoutMembers(workflow, selectionOf(tab.id).nodes);
  const boxes = boxesOf(workflow, ids, viewOf(tab.id).measured);
  if (boxes.length === 0) return;
  const inner = boundsOf(boxes);
  const corner = { x: inner.x - GROUP_MARGIN, y: inner.y - GROUP_TITLE - GROUP_MARGIN / 2 };
  const size = {
    width: inner.width + 2 * GROUP_MARGIN,
    height: inner.y + inner.height + GROUP_MARGIN - corner.y,
  };
  const around = groupOfAll(workflow, ids);
  const origin = around === undefined ? { x: 0, y: 0 } : placeOnCanvas(workflow, around);
  const frame = freeId(workflow.graph.nodes, group.type);
  const view = {
    x: corner.x - origin.x,
    y: corner.y - origin.y,
    ...size,
    ...(around === undefined ? {} : { group: around }),
  };
  const node = { type: group.type, version: group.version, params: defaultParams(group) };
  edit(
    text.edits.group(ids.length),
    (before) =>
      produce(addNode(before, frame, node, view), (draft) => {
        for (const id of ids) {
          const { x, y } = placeOnCanvas(before, id);
          draft.view.nodes[id] = { ...draft.view.nodes[id], x: x - corner.x, y: y - corner.y, group: frame };
        }
      }),
    { select: { nodes: [frame] } },
  );
}

/** The group that all of them lie in. */
function groupOfAll(workflow: Workflow, ids: readonly string[]): string | undefined {
  const frames = new Set(ids.map((id) => own(workflow.view.nodes, id)?.group));
  const [first] = frames;
  return frames.size === 1 && first !== undefined && own(workflow.graph.nodes, first) !== undefined ? first : undefined;
}

/** The nodes stay where they are. */
export function ungroupSelected(): void {
  const workflow = present();
  if (workflow === undefined) return;
  const frames = selected().nodes.filter((id) => own(workflow.graph.nodes, id)?.type === group.type);
  const inner = withMembers(workflow, frames).filter((id) => !frames.includes(id));
  if (frames.length > 0)
    edit(text.edits.ungroup, (before) => removeNodes(before, frames), { select: { nodes: inner } });
}

/** Groups with all that lies in them. */
export function deleteWithContents(): void {
  const workflow = present();
  if (workflow === undefined) return;
  const nodes = withMembers(workflow, selected().nodes);
  if (nodes.length > 0)
    edit(text.edits.removeAll(nodes.length), (before) => removeNodes(before, nodes), { select: {} });
}
