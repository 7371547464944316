// React Flow lays a frame over the nodes that a box has chosen, and the frame takes the clicks that are meant for what lies under it.
// What is selected shows that itself, and each of it moves all of it: the frame is taken off as soon as it appears.

import { useStoreApi } from "@xyflow/react";
import { useEffect } from "react";

export function NoSelectionFrame() {
  const store = useStoreApi();
  useEffect(
    () =>
      store.subscribe(({ nodesSelectionActive }) => {
        if (nodesSelectionActive) store.setState({ nodesSelectionActive: false });
      }),
    [store],
  );
  return null;
}
