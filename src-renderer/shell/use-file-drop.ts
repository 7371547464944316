// Files dropped anywhere on the window open as workflows; a node from the library lands where it is dropped.

import { useEffect, useState } from "react";
import { nodeTypes } from "../../nodes/index.ts";
import { canvas } from "../canvas/canvas-handle.ts";
import { placeNode } from "../commands/node-edits.ts";
import { openUpload } from "../files/documents.ts";
import { attempt } from "../state/toast-store.ts";

export const NODE_TYPE = "application/reneg-node";

export function useFileDrop(): boolean {
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      const types = event.dataTransfer?.types ?? [];
      if (types.includes("Files") || types.includes(NODE_TYPE)) event.preventDefault();
      setDropping(types.includes("Files"));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent): void => {
      setDropping(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      const type = nodeTypes.get(event.dataTransfer?.getData(NODE_TYPE) ?? "");
      const flow = canvas();
      if (files.length > 0 || type !== undefined) event.preventDefault();
      for (const file of files) attempt(() => openUpload(file));
      if (type !== undefined && flow !== null)
        placeNode(type, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return isDropping;
}
