// The workflow that a run was made from, as a new tab.

import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import { addTab } from "../state/document-store.ts";

/** @throws Refusal if what the run kept is no workflow */
export async function openWorkflowOfRun(name: string, json: unknown): Promise<void> {
  const { workflow, diagnostics } = readWorkflow(json, name);
  addTab({ name, workflow, notices: diagnostics });
}
