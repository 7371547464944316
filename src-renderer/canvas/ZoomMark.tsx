// Tells the canvas, and by it the style sheets, how near the nodes are.

import { useStore, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { type Detail, detailAt } from "./detail.ts";

export function ZoomMark({ onChange }: { readonly onChange: (detail: Detail) => void }) {
  const store = useStoreApi();
  // Before React Flow has its viewport it holds that of no canvas, under which everything would be drawn near once.
  const detail = useStore(({ panZoom, transform }) => (panZoom === null ? null : detailAt(transform[2])));
  useEffect(() => {
    if (detail === null) return;
    const { domNode } = store.getState();
    if (domNode !== null) domNode.dataset["zoom"] = detail;
    onChange(detail);
  }, [store, detail, onChange]);
  const step = useStore(({ transform }) => zoomStep(transform[2]));
  useEffect(() => {
    store.getState().domNode?.style.setProperty("--screen-point", `${1 / step}px`);
  }, [store, step]);
  return null;
}

/**
 * The zoom in steps of a fifth, so that the style sheets have the size of a point of the screen (`--screen-point`) without all
 * of the canvas being styled anew in each frame of a zoom.
 */
function zoomStep(zoom: number): number {
  return 1.2 ** Math.floor(Math.log(zoom) / Math.log(1.2));
}
