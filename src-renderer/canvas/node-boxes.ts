// Where nodes are on the canvas and how large, whether or not they were drawn yet.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { type NodeView, own, type Workflow, type WorkflowNode } from "../../src-main/common/workflow.ts";
import { placeOnCanvas } from "../commands/groups.ts";
import type { Size } from "../state/view-store.ts";
import { sizeOf } from "./node-geometry.ts";
import { shapeOf } from "./node-look.ts";
import { roomOf } from "./run-room.ts";
import { wiredPorts } from "./wired-ports.ts";

export interface Box extends Point, Size {}

const NOTE: Size = { width: 280, height: 120 };
const GROUP: Size = { width: 420, height: 280 };
const ORIGIN: NodeView = { x: 0, y: 0 };
const UNMEASURED: ReadonlyMap<string, Size> = new Map();

/** Of a note or a group: what the user gave it, or what a new one has. */
export function frameSizeOf(node: WorkflowNode, { width, height }: NodeView): Size {
  const usual = shapeOf(node) === "note" ? NOTE : GROUP;
  return { width: width ?? usual.width, height: height ?? usual.height };
}

/** @param measured what was drawn, which a picture or a message can make larger than its type tells */
export function boxOf(workflow: Workflow, id: string, measured = UNMEASURED): Box | undefined {
  const node = own(workflow.graph.nodes, id);
  if (node === undefined) return undefined;
  const view = own(workflow.view.nodes, id) ?? ORIGIN;
  const size =
    shapeOf(node) === "node"
      ? (measured.get(id) ?? sizeOf(node, view, wiredPorts(workflow.graph.edges).get(id) ?? ""))
      : frameSizeOf(node, view);
  return { ...placeOnCanvas(workflow, id), width: size.width, height: size.height };
}

export function boxesOf(workflow: Workflow, ids: readonly string[], measured = UNMEASURED): Box[] {
  return ids.flatMap((id) => boxOf(workflow, id, measured) ?? []);
}

/** With the room that a run may take up in it, whether or not there was one: what is placed for good keeps clear of it. */
export function roomyBoxOf(workflow: Workflow, id: string, measured = UNMEASURED): Box | undefined {
  const [box, least, node] = [boxOf(workflow, id, measured), boxOf(workflow, id), own(workflow.graph.nodes, id)];
  if (box === undefined || least === undefined || node === undefined || shapeOf(node) !== "node") return box;
  return { ...box, height: Math.max(box.height, least.height + roomOf(node)) };
}

export function roomyBoxesOf(workflow: Workflow, ids: readonly string[], measured = UNMEASURED): Box[] {
  return ids.flatMap((id) => roomyBoxOf(workflow, id, measured) ?? []);
}

/** The smallest box around all of them, of which there is one at least. */
export function boundsOf(boxes: readonly Box[]): Box {
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** @param gap how far apart they have to be at least so that they do not */
export function overlap(a: Box, b: Box, gap = 0): boolean {
  return (
    a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
  );
}
