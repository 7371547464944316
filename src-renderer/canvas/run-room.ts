// What a run adds to a node below its parameters, and how high that is: layouts leave the room, so that nothing lies there when it comes.

import type { NodeDefinition } from "../../nodes/define-node.ts";
import { nodeTypes } from "../../nodes/index.ts";
import type { WorkflowNode } from "../../src-main/common/workflow.ts";

export type Addition = "progress" | "embedding" | "held-out reward" | "previews" | "results";

/** In pixels of the canvas, written as large as it ever is. `style/canvas.css` holds to these heights. */
const HEIGHTS: Readonly<Record<Addition, number>> = {
  progress: 96,
  embedding: 46,
  "held-out reward": 36,
  previews: 200,
  results: 46,
};
/** Two lines of what its network computes. */
const TIMES = 40;

/** Beside the times of its network. */
export function additionOf({
  learns,
  leaves,
  outputs,
  shows,
}: Pick<NodeDefinition, "learns" | "leaves" | "outputs" | "shows">): Addition | undefined {
  if (learns === true) return "progress";
  if (leaves !== undefined) return leaves;
  if (outputs["score"] !== undefined) return "held-out reward";
  if (shows === undefined) return undefined;
  return shows === "previews" ? "previews" : "results";
}

/** How much higher a run can make the node. */
export function roomOf({ type }: WorkflowNode): number {
  const definition = nodeTypes.get(type);
  if (definition === undefined) return 0;
  const addition = additionOf(definition);
  return (addition === undefined ? 0 : HEIGHTS[addition]) + (definition.computes === undefined ? 0 : TIMES);
}
