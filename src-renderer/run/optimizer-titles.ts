// What the optimizers of a run are called, where there are several.

import { nodeTypes } from "../../nodes/index.ts";
import { Refusal } from "../../src-main/common/diagnostic.ts";
import type { RunDetail } from "../../src-main/common/studio/run.ts";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { nameOf } from "../canvas/node-look.ts";

export interface OptimizerTitles {
  /** Of the one that the run is told by; `null`: it cannot be told which node that is. */
  readonly lead: string | null;
  readonly of: (node: string) => string;
}

/** @param further nodes of those that are told beside the leading one */
export function optimizerTitles(
  { workflow: json, name }: Pick<RunDetail, "workflow" | "name">,
  further: readonly string[],
): OptimizerTitles {
  const workflow = workflowOf(json, name);
  if (workflow === null) return { lead: null, of: (node) => node };
  const learning = Object.entries(workflow.graph.nodes).flatMap(([id, { type, mode }]) =>
    nodeTypes.get(type)?.learns === true && mode === undefined ? [id] : [],
  );
  const of = (node: string): string => {
    const title = nameOf(workflow, node);
    const isShared = learning.some((other) => other !== node && nameOf(workflow, other) === title);
    return isShared ? `${title} (${node})` : title;
  };
  const [lead, ...others] = learning.filter((id) => !further.includes(id));
  return { lead: lead === undefined || others.length > 0 ? null : of(lead), of };
}

/** `null`: there is none, or none that can be read, which is told where it is opened. */
function workflowOf(json: unknown, name: string): Workflow | null {
  if (json === null || json === undefined) return null;
  try {
    return readWorkflow(json, name).workflow;
  } catch (fault) {
    if (fault instanceof Refusal) return null;
    throw fault;
  }
}
