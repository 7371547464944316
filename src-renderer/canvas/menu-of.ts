// Which menu belongs to a node.

import type { WorkflowNode } from "../../src-main/common/workflow.ts";
import { shapeOf } from "./node-look.ts";

export function menuOf(node: WorkflowNode): "node" | "group" {
  return shapeOf(node) === "group" ? "group" : "node";
}
