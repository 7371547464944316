// Steps of the zoom. A step that comes while the view still moves goes on from where it moves to, so that no step is lost.

import { canvas, glide } from "./canvas-handle.ts";
import { nextStop } from "./zoom-stops.ts";

/** Where the view moves to, until it is there. */
let target: number | null = null;

export function zoomTo(zoom: number): void {
  const flow = canvas();
  if (flow === null) return;
  target = zoom;
  void flow.zoomTo(zoom, { duration: glide() }).then(() => {
    if (target === zoom) target = null;
  });
}

export function stepZoom(by: 1 | -1): void {
  const now = target ?? canvas()?.getZoom();
  if (now !== undefined) zoomTo(nextStop(now, by));
}
