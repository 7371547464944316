// The workflow that comes with the program, made short.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseWorkflow } from "../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";

const FILE = join(import.meta.dirname, "../../resources/workflows/learn-emoji.reneg.json");
/** What comes after learning, which would take most of the time. */
const LEFT_OUT: readonly string[] = ["compare", "evaluate", "held-out-prompts"];

export function shortWorkflow(): Workflow {
  const workflow = parseWorkflow(readFileSync(FILE, "utf8"), FILE).workflow;
  const { nodes, edges } = workflow.graph;
  const params: Readonly<Record<string, object>> = {
    sampler: { steps: 2, lastSteps: 1, gradient: "one late step" },
    optimizer: { steps: 3, batch: 2, microBatch: 2 },
    preview: { every: 3, count: 1 },
  };
  const kept = Object.entries(nodes).filter(([id]) => !LEFT_OUT.includes(id));
  const isKept = (id: string): boolean => !LEFT_OUT.includes(id);
  return {
    ...workflow,
    graph: {
      ...workflow.graph,
      nodes: Object.fromEntries(kept.map(([id, node]) => [id, { ...node, params: { ...node.params, ...params[id] } }])),
      edges: Object.fromEntries(
        Object.entries(edges).filter(([, { from, to }]) => isKept(from.node) && isKept(to.node)),
      ),
    },
    view: {
      ...workflow.view,
      nodes: Object.fromEntries(Object.entries(workflow.view.nodes).filter(([id]) => isKept(id))),
    },
  };
}
