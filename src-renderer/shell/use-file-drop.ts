// Files dropped anywhere on the window: workflows and what carries one open, what a node can be given becomes a node.

import { useEffect, useState } from "react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { canvas, middleOfView } from "../canvas/canvas-handle.ts";
import { droppedThings } from "../drop/dropped-things.ts";
import { takeDropped } from "../drop/take-dropped.ts";

export function useFileDrop(): boolean {
  const [isDropping, setDropping] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      const types = event.dataTransfer?.types ?? [];
      if (types.includes("Files")) event.preventDefault();
      setDropping(types.includes("Files"));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent): void => {
      setDropping(false);
      if (event.dataTransfer === null) return;
      const things = droppedThings(event.dataTransfer);
      if (things.files.length + things.folders.length === 0) return;
      event.preventDefault();
      takeDropped(things, placeOf(event));
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

/** On the canvas; beside it, in the middle of what is seen of it. */
function placeOf({ target, clientX: x, clientY: y }: DragEvent): Point {
  const flow = canvas();
  const isOnCanvas = target instanceof Element && target.closest('[data-region="canvas"]') !== null;
  return isOnCanvas && flow !== null ? flow.screenToFlowPosition({ x, y }) : middleOfView();
}
