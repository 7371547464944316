// Tells the canvas, and by it the style sheets, how near the nodes are.

import { useStore, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { type Detail, detailAt } from "./detail.ts";

export function ZoomMark({ onChange }: { readonly onChange: (detail: Detail) => void }) {
  const store = useStoreApi();
  const detail = useStore(({ transform }) => detailAt(transform[2]));
  useEffect(() => {
    const { domNode } = store.getState();
    if (domNode !== null) domNode.dataset["zoom"] = detail;
    onChange(detail);
  }, [store, detail, onChange]);
  return null;
}
