// The workflow that is shown, set back to what a run was made of: one step of the history.

import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../src-main/common/workflow.ts";
import { edit } from "../state/document-store.ts";
import { text } from "../text/text.ts";

/** `null` where the run was made from a plain recipe. @throws Refusal if what it kept is no workflow */
export function workflowOfRun(number: number, json: unknown): Workflow | null {
  return json === null || json === undefined ? null : readWorkflow(json, text.run.name(number)).workflow;
}

/** Nodes stay where they are now; those that come back stand where they stood. */
export function backToRun(number: number, frozen: Workflow): void {
  edit(text.edits.backToRun(number), (present) => ({
    ...present,
    graph: frozen.graph,
    view: { ...present.view, nodes: { ...frozen.view.nodes, ...present.view.nodes } },
  }));
}
