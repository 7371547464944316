// While something is drawn to beyond the edge of the canvas, the canvas comes along.

import type { Point } from "../../src-main/common/workflow-edits.ts";
import { canvas } from "./canvas-handle.ts";

/** In points of the screen. */
const MARGIN = 36;
const MOST_PER_FRAME = 14;

/** @param onPan told the pointer's place, under which the canvas has moved; @returns how to stop */
export function panAtEdges(start: Point, onPan: (at: Point) => void): () => void {
  let at = start;
  const follow = (event: PointerEvent): void => {
    at = { x: event.clientX, y: event.clientY };
  };
  window.addEventListener("pointermove", follow);
  const pan = (): void => {
    frame = requestAnimationFrame(pan);
    const pane = document.querySelector(".react-flow")?.getBoundingClientRect();
    const flow = canvas();
    if (pane === undefined || flow === null) return;
    const [dx, dy] = [speed(at.x, pane.left, pane.right), speed(at.y, pane.top, pane.bottom)];
    if (dx === 0 && dy === 0) return;
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ x: x + dx, y: y + dy, zoom });
    onPan(at);
  };
  let frame = requestAnimationFrame(pan);
  return () => {
    cancelAnimationFrame(frame);
    window.removeEventListener("pointermove", follow);
  };
}

function speed(at: number, least: number, most: number): number {
  const beyond = at < least + MARGIN ? least + MARGIN - at : at > most - MARGIN ? most - MARGIN - at : 0;
  return MOST_PER_FRAME * Math.max(-1, Math.min(1, beyond / MARGIN));
}
