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
  return null;
}
