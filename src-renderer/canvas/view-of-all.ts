// A workflow is opened with all of it in view, and stays so while the window changes, until somebody moves the view.

import { getViewportForBounds } from "@xyflow/react";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { findTab } from "../state/document-store.ts";
import { type Viewport, viewOf } from "../state/view-store.ts";
import { canvas } from "./canvas-handle.ts";
import { boundsOf, boxesOf } from "./node-boxes.ts";
import { FIT_PADDING, MIN_ZOOM } from "./zoom-stops.ts";

/** Pixels between a node and the window's edge. */
const MARGIN = 16;

let chosen: Viewport = { x: 0, y: 0, zoom: 1 };

/** @param host what the canvas fills */
export function viewOfAll(workflow: Workflow | undefined, host: HTMLElement): Viewport {
  const boxes = workflow === undefined ? [] : boxesOf(workflow, Object.keys(workflow.graph.nodes));
  if (boxes.length === 0) return { x: 0, y: 0, zoom: 1 };
  const { width, height } = host.getBoundingClientRect();
  chosen = getViewportForBounds(boundsOf(boxes), width, height, MIN_ZOOM, 1, FIT_PADDING);
  return chosen;
}

/** Whether it was chosen here, and by nobody else. */
export function isViewOfAll({ x, y, zoom }: Viewport): boolean {
  return x === chosen.x && y === chosen.y && zoom === chosen.zoom;
}

/** Moves the view aside if what is selected lies under a panel that came. */
function keepSelectedInView(ids: readonly string[], host: HTMLElement): void {
  const flow = canvas();
  if (flow === null) return;
  const { x, y, zoom } = flow.getViewport();
  const { x: left, width } = flow.getNodesBounds([...ids]);
  const hidden = (left + width) * zoom + x + MARGIN - host.clientWidth;
  if (hidden > 0 && width * zoom + MARGIN < host.clientWidth) void flow.setViewport({ x: x - hidden, y, zoom });
}

/** @returns how to stop. Where the canvas was empty the view stays where the first node is put. */
export function keepAllInView(tab: string, host: HTMLElement): () => void {
  const workflow = (): Workflow | undefined => findTab(tab)?.history.present;
  if (Object.keys(workflow()?.graph.nodes ?? {}).length === 0) return () => undefined;
  const observer = new ResizeObserver(() => {
    // A selection may have brought the inspector: what was clicked stays under the pointer.
    const { viewport, selectedNodes } = viewOf(tab);
    if (selectedNodes.size > 0) return keepSelectedInView([...selectedNodes], host);
    if (viewport === null) void canvas()?.setViewport(viewOfAll(workflow(), host));
  });
  observer.observe(host);
  return () => observer.disconnect();
}
