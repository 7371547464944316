// A node from the library lands where it is dropped.

import { nodeTypes } from "../../nodes/index.ts";
import { placeNode } from "../commands/place-node.ts";
import { canvas } from "./canvas-handle.ts";

/** As which a node type is dragged. */
export const NODE_TYPE = "application/reneg-node";

export const nodeDrop = {
  onDragOver: (event: React.DragEvent) => {
    if (event.dataTransfer.types.includes(NODE_TYPE)) event.preventDefault();
  },
  onDrop: (event: React.DragEvent) => {
    const type = nodeTypes.get(event.dataTransfer.getData(NODE_TYPE));
    const place = canvas()?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    if (type === undefined || place === undefined) return;
    event.preventDefault();
    placeNode(type, place);
  },
};
