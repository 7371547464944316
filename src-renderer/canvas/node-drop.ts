// A node from the library lands where it is dropped, or in the wire that it is dropped on.

import { nodeTypes } from "../../nodes/index.ts";
import type { NodeType } from "../../src-main/common/workflow-node-type.ts";
import { placeNode } from "../commands/place-node.ts";
import { canvas } from "./canvas-handle.ts";
import { aimType, endAim, putNew } from "./insert-gesture.ts";

/** As which a node type is dragged. */
const NODE_TYPE = "application/reneg-node";

/** What is dragged: the browser tells its content only at the drop. */
let inHand: NodeType | null = null;

/** For what a node type can be dragged from. */
export function nodeSource(type: NodeType) {
  return {
    draggable: true,
    onDragStart: (event: React.DragEvent) => {
      event.dataTransfer.setData(NODE_TYPE, type.type);
      inHand = type;
    },
    onDragEnd: () => {
      inHand = null;
      endAim();
    },
  };
}

/** For the canvas. */
export const nodeDrop = {
  onDragOver: (event: React.DragEvent) => {
    if (!event.dataTransfer.types.includes(NODE_TYPE)) return;
    event.preventDefault();
    if (inHand !== null) aimType(inHand, { x: event.clientX, y: event.clientY });
  },
  onDragLeave: (event: React.DragEvent) => {
    const { relatedTarget } = event;
    // From one part of the canvas to another it has not left.
    if (!(relatedTarget instanceof Node && event.currentTarget.contains(relatedTarget))) endAim();
  },
  onDrop: (event: React.DragEvent) => {
    const type = nodeTypes.get(event.dataTransfer.getData(NODE_TYPE));
    const place = canvas()?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    if (type === undefined || place === undefined) return;
    event.preventDefault();
    if (!putNew(type, place)) placeNode(type, place);
  },
};
