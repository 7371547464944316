// What code outside the canvas may ask of the one that is shown.

import type { ReactFlowInstance } from "@xyflow/react";
import type { Point } from "../../src-main/common/workflow-edits.ts";
import { isCovered } from "../state/shell-store.ts";
import type { FlowEdge, FlowNode } from "./flow-nodes.ts";

type Flow = ReactFlowInstance<FlowNode, FlowEdge>;

let shown: Flow | null = null;

export function setCanvas(flow: Flow | null): void {
  shown = flow;
}

export function canvas(): Flow | null {
  return shown;
}

/** How long the view takes to move: no time for those who want less motion. */
export function glide(): number {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220;
}

/** The middle of what is seen, on the canvas. */
export function middleOfView(): Point {
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (shown === null || pane === undefined) return { x: 0, y: 0 };
  return shown.screenToFlowPosition({ x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 });
}

/** The keys go to the canvas, without a ring around it, which is for those who move from region to region by keys; unless a dialog or a menu holds them. */
export function focusCanvas(): void {
  if (isCovered()) return;
  document.querySelector<HTMLElement>('[data-region="canvas"]')?.focus({ preventScroll: true, focusVisible: false });
}
