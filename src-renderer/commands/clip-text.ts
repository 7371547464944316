// Nodes as text: what lies on the clipboard, and can be sent in a message.

import { z } from "zod";
import { copyNodes, type Clip } from "../../src-main/common/workflow-edits.ts";
import { WORKFLOW_FORMAT, type Workflow, workflowSchema } from "../../src-main/common/workflow.ts";
import { withMembers } from "./groups.ts";

const clipSchema = z.object({
  format: z.literal(`${WORKFLOW_FORMAT}-nodes`),
  workflow: workflowSchema,
});

/** A group takes along what lies in it. */
export function printClip(workflow: Workflow, ids: readonly string[]): string {
  const { nodes, edges, views } = copyNodes(workflow, withMembers(workflow, ids));
  const { format, formatVersion } = workflow;
  return JSON.stringify({
    format: `${format}-nodes`,
    workflow: { format, formatVersion, graph: { nodes, edges }, view: { nodes: views } },
  });
}

/** A clipboard can hold anything: what is no clip of ours is none. */
export function readClip(words: string): Clip | null {
  let json: unknown;
  try {
    json = JSON.parse(words);
  } catch {
    return null;
  }
  const clip = clipSchema.safeParse(json);
  if (!clip.success) return null;
  const { graph, view } = clip.data.workflow;
  return { nodes: graph.nodes, edges: graph.edges, views: view.nodes } as Clip;
}
