// A workflow is opened with all of it in view, and stays so while the window changes or nodes grow, until somebody moves the view.

import { getViewportForBounds } from "@xyflow/react";
import { activeTab, findTab } from "../state/document-store.ts";
import { updateView, type Viewport, viewOf, viewStore } from "../state/view-store.ts";
import { viewportThatShows } from "./bring-into-view.ts";
import { canvas, glide } from "./canvas-handle.ts";
import { boundsOf, type Box, boxesOf } from "./node-boxes.ts";
import { FIT_PADDING, MIN_ZOOM } from "./zoom-stops.ts";

/** Pixels between a node and the window's edge. */
const MARGIN = 16;

let chosen: Viewport = { x: 0, y: 0, zoom: 1 };

/** @param host what the canvas fills */
export function viewOfAll(tab: string, host: HTMLElement): Viewport {
  const bounds = boundsOfTab(tab);
  if (bounds === null) return { x: 0, y: 0, zoom: 1 };
  const { width, height } = host.getBoundingClientRect();
  chosen = getViewportForBounds(bounds, width, height, MIN_ZOOM, 1, FIT_PADDING);
  return chosen;
}

/** Of all of its workflow. @param measured as drawn at some time; now, unless given @returns `null`: there is nothing */
function boundsOfTab(tab: string, measured = viewOf(tab).measured): Box | null {
  const workflow = findTab(tab)?.history.present;
  const boxes = workflow === undefined ? [] : boxesOf(workflow, Object.keys(workflow.graph.nodes), measured);
  return boxes.length === 0 ? null : boundsOf(boxes);
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

/** All of it, and again whenever the window changes or nodes grow, until the view is moved. */
export function showAll(): void {
  const [flow, tab, host] = [canvas(), activeTab(), document.querySelector<HTMLElement>(".rs-canvas")];
  if (flow === null || tab === undefined || host === null) return;
  if (boundsOfTab(tab.id) === null) return;
  updateView(tab.id, { viewport: null });
  void flow.setViewport(viewOfAll(tab.id, host), { duration: glide() });
}

/** @returns how to stop. Where the canvas was empty the view stays where the first node is put. */
export function keepAllInView(tab: string, host: HTMLElement): () => void {
  if (boundsOfTab(tab) === null) return () => undefined;
  const observer = new ResizeObserver(() => {
    // A selection may have brought the inspector: what was clicked stays under the pointer.
    const { viewport, selectedNodes } = viewOf(tab);
    if (selectedNodes.size > 0) return keepSelectedInView([...selectedNodes], host);
    if (viewport === null) void canvas()?.setViewport(viewOfAll(tab, host));
  });
  observer.observe(host);
  const ignore = onGrowth(tab, () => {
    const [bounds, flow] = [boundsOfTab(tab), canvas()];
    if (viewOf(tab).viewport !== null || bounds === null || flow === null) return;
    const now = flow.getViewport();
    // What is seen stays where it is: the view only ever moves away, so that sizes that depend on it come to rest.
    if (viewportThatShows(bounds, now, host.getBoundingClientRect()) !== now)
      void flow.setViewport(viewOfAll(tab, host));
  });
  return () => {
    observer.disconnect();
    ignore();
  };
}

/** Calls when nodes have been drawn larger than before, all of one drawing at once. @returns how to stop */
function onGrowth(tab: string, call: () => void): () => void {
  let { measured } = viewOf(tab);
  let frame: number | undefined;
  const unsubscribe = viewStore.subscribe(() => {
    const before = measured;
    ({ measured } = viewOf(tab));
    if (measured === before || frame !== undefined || viewOf(tab).viewport !== null) return;
    const [old, now] = [boundsOfTab(tab, before), boundsOfTab(tab)];
    if (old === null || now === null || (now.width <= old.width && now.height <= old.height)) return;
    frame = requestAnimationFrame(() => {
      frame = undefined;
      call();
    });
  });
  return () => {
    unsubscribe();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
