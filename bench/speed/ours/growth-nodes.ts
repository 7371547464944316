// Cost against nodes: a workflow that is checked as the editor asks for it at each change.

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { copyNodes, paste } from "../../../src-main/common/workflow-edits.ts";
import { readWorkflow } from "../../../src-main/common/workflow-file.ts";
import type { Workflow } from "../../../src-main/common/workflow.ts";
import { faultsOfWorkflow } from "../../../src-main/engine/program-file.ts";
import { fastest } from "./fastest.ts";

const FILE = fileURLToPath(new URL("../../../resources/workflows/learn-emoji.reneg.json", import.meta.url));

export function checkSeconds(nodes: number): Promise<number> {
  const workflow = copiesOf(readWorkflow(JSON.parse(readFileSync(FILE, "utf8")), FILE).workflow, nodes);
  return fastest(() => faultsOfWorkflow({ workflow, folder: dirname(FILE) }));
}

/** So many nodes at least, side by side with their wires. */
function copiesOf(one: Workflow, nodes: number): Workflow {
  const copied = copyNodes(one, Object.keys(one.graph.nodes));
  let all = one;
  while (Object.keys(all.graph.nodes).length < nodes) all = paste(all, copied, { x: 0, y: 0 }).workflow;
  return all;
}
