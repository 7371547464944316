// How large a node is and where its ports are, told from its type, so that nothing has to be drawn to be measured.
// `style/canvas.css` holds to these sizes.

import { type NodeHandle, Position } from "@xyflow/react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import type { NodeView, WorkflowNode } from "../../src-main/common/workflow.ts";
import type { Size } from "../state/view-store.ts";
import type { Side } from "../state/wire-store.ts";
import { countingFields, portsOf, SHOWN_PARAMS, typeOf } from "./node-look.ts";

const WIDTH = 200;
const BORDER = 1;
const HEADER = 33;
const PORTS_PADDING = 6;
const PORT = 20;
export const HANDLE = 14;
const PARAMS_PADDING = 12;
const PARAM = 18;
/** The sentence about a type that is not known. */
const UNKNOWN = 60;

/** @param wired ports with a wire, as `i:NAME` and `o:NAME` */
export function sizeOf(node: WorkflowNode, { collapsed }: NodeView, wired: string): Size {
  return { width: WIDTH, height: 2 * BORDER + bodyHeightOf(node, collapsed === true, wired) };
}

/** Without what a run adds to it: the same at every zoom, whatever is left out there. */
export function bodyHeightOf(node: WorkflowNode, isCollapsed: boolean, wired: string): number {
  const rows = Math.max(...(["input", "output"] as const).map((side) => portNames(node, side, wired).length));
  const type = typeOf(node);
  const params = type === undefined ? 0 : Math.min(SHOWN_PARAMS, countingFields(node, type).length);
  const body = isCollapsed ? 0 : type === undefined ? UNKNOWN : params === 0 ? 0 : PARAMS_PADDING + params * PARAM;
  return HEADER + 2 * PORTS_PADDING + rows * PORT + body;
}

export function handlesOf(node: WorkflowNode, wired: string): NodeHandle[] {
  return (["input", "output"] as const).flatMap((side) =>
    portNames(node, side, wired).map((id, row) => ({
      id,
      type: side === "input" ? ("target" as const) : ("source" as const),
      position: side === "input" ? Position.Left : Position.Right,
      width: HANDLE,
      height: HANDLE,
      x: (side === "input" ? BORDER : WIDTH - BORDER) - HANDLE / 2,
      y: BORDER + HEADER + PORTS_PADDING + (row + 0.5) * PORT - HANDLE / 2,
    })),
  );
}

/** Where the corner of a new node goes so that the middle of its port lies at the place. */
export function cornerForPort(type: NodeType, side: Side, port: string, at: Point): Point {
  const handles = handlesOf(newNode(type), "");
  const handle = handles.find(({ id, type: end }) => id === port && end === (side === "input" ? "target" : "source"));
  return { x: at.x - (handle?.x ?? 0) - HANDLE / 2, y: at.y - (handle?.y ?? 0) - HANDLE / 2 };
}

/** Where the corner of a new node goes so that its middle lies at the place. */
export function cornerForMiddle(type: NodeType, at: Point): Point {
  const { width, height } = sizeOf(newNode(type), { x: 0, y: 0 }, "");
  return { x: at.x - width / 2, y: at.y - height / 2 };
}

function newNode({ type, version }: NodeType): WorkflowNode {
  return { type, version, params: {} };
}

/** Those of the type, and those that wires name though the type does not. */
export function portNames(node: WorkflowNode, side: "input" | "output", wired: string): string[] {
  const mark = side === "input" ? "i:" : "o:";
  const known = Object.keys(portsOf(node, side));
  const strange = wired
    .split(" ")
    .filter((end) => end.startsWith(mark))
    .map((end) => end.slice(mark.length))
    .filter((name) => !known.includes(name));
  return [...known, ...strange];
}
