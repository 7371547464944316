// Moves the view no further than it takes to see something.

import { getViewportForBounds } from "@xyflow/react";
import type { Workflow } from "../../src-main/common/workflow.ts";
import type { Size, Viewport } from "../state/view-store.ts";
import { canvas, glide } from "./canvas-handle.ts";
import { boundsOf, type Box, boxesOf } from "./node-boxes.ts";
import { FIT_PADDING, MIN_ZOOM } from "./zoom-stops.ts";

/** In pixels of the screen, around what is brought into view. */
const MARGIN = 40;

/** @param enough share of it that has to be seen so that the view stays */
export function bringIntoView(
  workflow: Workflow,
  ids: readonly string[],
  measured: ReadonlyMap<string, Size>,
  enough = 1,
): void {
  const flow = canvas();
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  const boxes = boxesOf(workflow, ids, measured);
  if (flow === null || pane === undefined || boxes.length === 0) return;
  const [now, box] = [flow.getViewport(), boundsOf(boxes)];
  if (enough < 1 && shareSeen(box, now, pane) >= enough) return;
  const next = viewportThatShows(box, now, pane);
  if (next !== now) void flow.setViewport(next, { duration: glide() });
}

/** All of them, as large as they can be seen together. @param most the largest zoom */
export function fitIntoView(boxes: readonly Box[], most = 1): void {
  const flow = canvas();
  const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (flow === null || pane === undefined || boxes.length === 0) return;
  const { width, height } = pane;
  const viewport = getViewportForBounds(boundsOf(boxes), width, height, MIN_ZOOM, most, FIT_PADDING);
  void flow.setViewport(viewport, { duration: glide() });
}

/** The same viewport where all of it is seen already; what is larger than the pane is made to fit. */
export function viewportThatShows(box: Box, now: Viewport, pane: Size): Viewport {
  const room = { width: pane.width - 2 * MARGIN, height: pane.height - 2 * MARGIN };
  const zoom = Math.min(now.zoom, room.width / box.width, room.height / box.height);
  // Zooms about the middle of what is seen.
  const about = zoom / now.zoom;
  const x = pane.width / 2 - about * (pane.width / 2 - now.x);
  const y = pane.height / 2 - about * (pane.height / 2 - now.y);
  const moved = {
    x: x + shiftInto(x + box.x * zoom, box.width * zoom, pane.width),
    y: y + shiftInto(y + box.y * zoom, box.height * zoom, pane.height),
    zoom,
  };
  return moved.x === now.x && moved.y === now.y && moved.zoom === now.zoom ? now : moved;
}

function shareSeen(box: Box, { x, y, zoom }: Viewport, pane: Size): number {
  const seen = (start: number, length: number, room: number): number =>
    Math.max(0, Math.min(room, start + length) - Math.max(0, start)) / length;
  return seen(x + box.x * zoom, box.width * zoom, pane.width) * seen(y + box.y * zoom, box.height * zoom, pane.height);
}

function shiftInto(start: number, length: number, room: number): number {
  // Where it is seen, however near the edge, the view stays: somebody may have put it there.
  if (start >= 0 && start + length <= room) return 0;
  if (start < MARGIN) return MARGIN - start;
  return Math.min(0, room - MARGIN - (start + length));
}
