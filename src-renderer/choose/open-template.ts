// Opens a copy of a template: with the models that it needs where they were found, and else with a word on where to get them.

import type { Template } from "../../src-main/common/studio/document.ts";
import { readWorkflow } from "../../src-main/common/workflow-file.ts";
import { studio } from "../api/studio.ts";
import { addTab } from "../state/document-store.ts";
import { openDialog } from "../state/shell-store.ts";
import { fillNeeds, foundNeeds } from "./found-needs.ts";

export async function openTemplate({ name, workflow: json, needs: named }: Template): Promise<void> {
  const { workflow } = readWorkflow(json, name);
  if (named.length === 0) return void addTab({ name, workflow });
  const needs = await studio.needs({ workflow });
  const found = foundNeeds(needs);
  addTab({ name, workflow: fillNeeds(workflow, found) });
  if (found.length < needs.length) openDialog("missing");
}
