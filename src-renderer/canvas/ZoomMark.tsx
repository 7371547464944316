// Tells the style sheets when the canvas is seen from so far away that small text cannot be read.

import { useStore, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";
import { FAR_BELOW } from "./canvas-handle.ts";

export function ZoomMark() {
  const store = useStoreApi();
  const isFar = useStore(({ transform }) => transform[2] < FAR_BELOW);
  useEffect(() => {
    const { domNode } = store.getState();
    if (domNode !== null) domNode.dataset["zoom"] = isFar ? "far" : "near";
  }, [store, isFar]);
  return null;
}
