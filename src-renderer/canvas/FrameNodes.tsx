// Nodes that compute nothing: notes to read, and frames around what belongs together.

import { NodeResizer, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import { goToPlace } from "../commands/go-to-place.ts";
import { text } from "../text/text.ts";
import type { FlowNode } from "./flow-nodes.ts";

export const NoteNode = memo(function NoteNode({ id, data, selected }: NodeProps<FlowNode>) {
  const words = data.node.params["text"];
  const isEmpty = typeof words !== "string" || words === "";
  return (
    <div
      className={selected ? "rs-note rs-is-selected" : "rs-note"}
      data-node-id={id}
      onDoubleClick={() => goToPlace({ node: id, param: "text" })}
    >
      <NodeResizer isVisible={selected} minWidth={120} minHeight={60} />
      <p className={isEmpty ? "rs-muted" : ""}>{isEmpty ? text.node.emptyNote : words}</p>
    </div>
  );
});

export const GroupNode = memo(function GroupNode({ id, data, selected }: NodeProps<FlowNode>) {
  const title = data.node.params["title"];
  return (
    <div className={selected ? "rs-group rs-is-selected" : "rs-group"} data-node-id={id}>
      <NodeResizer isVisible={selected} minWidth={160} minHeight={100} />
      <div className="rs-group-title" onDoubleClick={() => goToPlace({ node: id, param: "title" })}>
        {typeof title === "string" && title !== "" ? title : text.node.group}
      </div>
    </div>
  );
});
